// Any valid stack config renders and plans, and stays within the limits of EC2, Karpenter and the kubelet.
import assert from "node:assert/strict";
import fc from "fast-check";
import { renderPools, type RenderedPool } from "../../automation/render/render";
import { ConfigError } from "../../config/catalogue/problems";
import { readSettings, type Settings } from "../../config/settings";
import { GIB, parseQuantity } from "../../swap/quantity";
import { mostSwapBytes } from "../../swap/size";
import { readMime } from "../support/karpenter-mime";
import { validConfigs } from "./valid-configs";

/** https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/apis/crds/karpenter.k8s.aws_ec2nodeclasses.yaml, whole Gi. */
const VOLUME_SIZE = /^([1-9][0-9]{0,3}|[1-4][0-9]{4}|[5][0-8][0-9]{3}|59000)Gi$/;

function settingsOf(config: Readonly<Record<string, unknown>>): Settings | undefined {
  try {
    return readSettings(config);
  } catch (error) {
    // A volume may be too small for the rates that were drawn, or NVMe too small: told, and not this test's matter.
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function checkLimits({ plan, planFile, nodeClass, nodePool, files }: RenderedPool): void {
  const { spec } = nodeClass;
  assert.ok(planFile.userDataBytes <= 12 * 1024, `${planFile.userDataBytes} bytes of userData`);
  for (const { ebs } of spec.blockDeviceMappings) assert.match(ebs.volumeSize, VOLUME_SIZE);
  assert.equal(spec.blockDeviceMappings.filter(({ rootVolume }) => rootVolume).length, 1);
  assert.ok(nodePool.spec.template.spec.requirements.length <= 100);
  for (const { values = [] } of nodePool.spec.template.spec.requirements) {
    assert.ok(values.every((value) => typeof value === "string" && value.length <= 63));
  }
  if (plan.swap === null) {
    assert.equal(files["userdata.mime"], undefined);
    assert.equal(spec.kubelet.failSwapOn, undefined);
    return;
  }
  readMime(files["userdata.mime"] ?? "");
  const most = mostSwapBytes(plan.swap) ?? 0;
  const [root, dedicated] = spec.blockDeviceMappings;
  if (plan.swap.backings.includes("root-volume")) {
    assert.ok(parseQuantity(root?.ebs.volumeSize ?? "0") >= 20 * GIB + most);
  }
  if (plan.swap.backings.includes("ebs-volume")) assert.ok(parseQuantity(dedicated?.ebs.volumeSize ?? "0") >= most);
  // In one place, and in one only.
  assert.ok((spec.kubelet.failSwapOn === false) !== (plan.nodeConfig !== null));
  assert.ok(plan.predicted.every(({ swapLimitBytes }) => swapLimitBytes > 0));
}

describe("valid stack configs", () => {
  it("may have names that every object has", () => {
    const names = ["toString", "constructor", "hasOwnProperty"];
    const requirements = names.map((key) => ({ key, operator: "In", values: ["a"] }));
    const labels = { toString: "a", constructor: "b" };
    const pool = { swap: { size: "50%", backings: ["root-volume"], maxSize: "64Gi" }, requirements, labels };
    const settings = readSettings({ cluster: { name: "dev" }, pools: { constructor: pool }, tags: { toString: "a" } });
    assert.deepEqual(
      settings.pools.map(({ plan }) => plan.pool),
      ["constructor"],
    );
    assert.equal(renderPools(settings).length, 1);
  });

  it("render, plan and stay within every limit, the same each time", () => {
    let accepted = 0;
    fc.assert(
      fc.property(validConfigs, (config) => {
        const settings = settingsOf(config);
        if (settings === undefined) return;
        accepted += 1;
        const rendered = renderPools(settings);
        rendered.forEach(checkLimits);
        assert.deepEqual(
          renderPools(settings).map(({ files }) => files),
          rendered.map(({ files }) => files),
        );
      }),
      { numRuns: 600 },
    );
    assert.ok(accepted >= 400, `only ${accepted} of 600 configs were accepted`);
  });
});
