// Serves one package of the sandbox to the Pulumi engine: `node --import tsx sandbox/serve.ts PACKAGE DIRECTORY`.
import { serve } from "./server";

serve();
