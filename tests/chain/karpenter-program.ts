// Karpenter's controller, built from its Go module.
import { join } from "node:path";
import { provideProgram, runGo, type Say } from "../kube/go";

/** The release whose kinds and charts the other suites use too: tests/kube/karpenter-tools/go.mod. */
const KARPENTER = "1.15.0";

/** A module that Karpenter's own go.mod replaces, which counts for no module that needs it. */
const REPLACED = "github.com/aws/aws-sdk-go-v2/service/timestreamwrite";
const REPLACED_BY = `${REPLACED}@v1.35.25`;

/** The program `controller`, built when the cache lacks it (some minutes). */
export function provideController(say: Say): string {
  const mainPackage = "github.com/aws/karpenter-provider-aws/cmd/controller";
  return provideProgram(
    {
      path: join(`karpenter-${KARPENTER}`, "controller"),
      package: mainPackage,
      prepare: (folder) => {
        runGo(folder, ["mod", "init", "build"]);
        runGo(folder, ["mod", "edit", `-replace=${REPLACED}=${REPLACED_BY}`]);
        runGo(folder, ["get", `${mainPackage}@v${KARPENTER}`]);
      },
    },
    say,
  );
}
