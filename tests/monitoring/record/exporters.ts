// The exporters whose series are recorded, built from their Go modules.
import { join } from "node:path";
import { provideProgram, runGo, type Say } from "../../kube/go";

const NODE_EXPORTER = "1.9.1";
const KUBE_STATE_METRICS = "2.15.0";

/** node-exporter, which runs on the node. */
export function provideNodeExporter(say: Say): string {
  return provide("node_exporter", "github.com/prometheus/node_exporter", NODE_EXPORTER, say);
}

/** kube-state-metrics, which runs beside the API server. */
export function provideKubeStateMetrics(say: Say): string {
  return provide("kube-state-metrics", "k8s.io/kube-state-metrics/v2", KUBE_STATE_METRICS, say);
}

function provide(name: string, module: string, version: string, say: Say): string {
  return provideProgram(
    {
      path: join(`${name}-${version}`, name),
      package: module,
      prepare: (folder) => {
        runGo(folder, ["mod", "init", "build"]);
        runGo(folder, ["get", `${module}@v${version}`]);
      },
    },
    say,
  );
}
