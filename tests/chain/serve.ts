// The sandbox in its second mode: one package of it, followed by moto, Helm and a real API server.
import { serve } from "../../sandbox/server";
import { followAws } from "./aws-follower";
import { followKubernetes } from "./kubernetes-follower";
import { readChainSettings } from "./settings";

serve(async (packageName, directory) => {
  switch (packageName) {
    case "aws":
      return followAws(readChainSettings(directory));
    case "kubernetes":
      return followKubernetes(readChainSettings(directory));
    default:
      return undefined;
  }
});
