// The manifests of examples/predict on the pools of the dev stack: the texts and charts that docs/predict.md shows.
import { join } from "node:path";
import { formatPrediction } from "../../automation/predict/table";
import { chartNodes, outermostNodes } from "../../automation/predict/targets";
import { ourConfig, readStackFile } from "../../automation/base/stack-file";
import { readSettings } from "../../config/settings";
import { INSTANCE_TYPES } from "../../swap/instance-types";
import { drawPrediction } from "../../workload/chart";
import { readManifestFiles } from "../../workload/files";
import { readManifests } from "../../workload/manifests";
import { predict } from "../../workload/predict";
import { assertGolden } from "../support/golden";

const root = join(__dirname, "..", "..");
const OFFER = { types: INSTANCE_TYPES, prices: {} };

/** Each example, and a pool whose swap is a share of RAM, on which every node gives the same. */
const EXAMPLES = [
  ["gitlab-runner", "dev"],
  ["spark-executor", "dev"],
  ["elasticsearch", "dev"],
  ["percent", "prod"],
] as const;

describe("examples of predict", () => {
  for (const [name, stack] of EXAMPLES) {
    const plans = readSettings(ourConfig(readStackFile(root, stack))).pools.map(({ plan }) => plan);
    const { texts, problems } = readManifestFiles([join(root, "examples", "predict", `${name}.yaml`)]);

    it(`${name}: as text`, () => {
      const manifests = readManifests(texts, "default", problems);
      const nodes = plans.flatMap((plan) => outermostNodes(plan, OFFER));
      assertGolden(`workload/${name}.txt`, formatPrediction(predict(manifests, nodes), [], []));
    });

    it(`${name}: as a chart`, () => {
      const manifests = readManifests(texts, "default", problems);
      const nodes = plans.flatMap((plan) => chartNodes(plan, OFFER));
      assertGolden(`workload/${name}.svg`, drawPrediction(nodes, predict(manifests, nodes).containers));
    });
  }
});
