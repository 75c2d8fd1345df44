// A sandbox in whose processes something fails that nobody catches, with the gRPC code that the environment names.
import { serve } from "../../sandbox/server";

const code = Number(process.env["EKS_SWAP_UNCAUGHT_CODE"]);

serve(async () => {
  setImmediate(() => {
    throw Object.assign(new Error("nobody catches this"), { code });
  });
  return undefined;
});
