// The way back: what it takes to get a wanted amount of swap.
import assert from "node:assert/strict";
import fc from "fast-check";
import { floorToPage, formatQuantity, GIB, MIB, parseQuantity } from "../../swap/quantity";
import { findNeeds } from "../../workload/need";
import type { PredictedNode } from "../../workload/node";
import { placePods } from "../../workload/placed-pod";
import { predict } from "../../workload/predict";
import { container, manifests, NODE, pod } from "./manifests";

type Json = Readonly<Record<string, unknown>>;

function swapOf(object: Json, node: PredictedNode = NODE): number {
  return predict(manifests(object), [node]).containers[0]?.swapLimitBytes ?? 0;
}

describe("findNeeds", () => {
  it("gives a swap size and a request that both give what is needed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 * 1024 }), fc.integer({ min: 1, max: 32 * 1024 }), (need, request) => {
        const needBytes = need * MIB;
        const placed = placePods(manifests(pod([container("app", `${request}Mi`)])), [NODE]);
        const [found] = findNeeds(placed, needBytes);
        assert.ok(found?.swapTotalBytes !== null && found?.memoryRequestBytes !== null && found !== undefined);
        const larger = { ...NODE, swapTotalBytes: found.swapTotalBytes };
        assert.ok(swapOf(pod([container("app", `${request}Mi`)]), larger) >= needBytes);
        const asked = pod([container("app", formatQuantity(found.memoryRequestBytes))]);
        assert.ok(swapOf(asked) >= needBytes);
        assert.ok((found.swapSizeBytes ?? 0) > found.swapTotalBytes);
      }),
    );
  });

  const needOf = (object: Json, need: string, name?: string, node = NODE) =>
    findNeeds(placePods(manifests(object), [node]), parseQuantity(need), name)[0];

  it("says when the limit stands against the request", () => {
    const found = needOf(pod([container("app", "1Gi", "2Gi")]), "3Gi");
    assert.equal(found?.swapTotalBytes, 96 * GIB);
    assert.equal(found.memoryRequestBytes, floorToPage(3.2 * GIB) + 4096);
    assert.match(found.hindrance ?? "", /limit above 3355444Ki; the limit is 2Gi/);
  });

  it("gives a request to a container that has none yet, and says what must change", () => {
    const found = needOf(pod([container("app", "1Gi", "1Gi")]), "1Gi");
    assert.equal(found?.swapTotalBytes, null);
    assert.ok((found.memoryRequestBytes ?? 0) > GIB);
    assert.match(found.hindrance ?? "", /request equals its memory limit/);
  });

  it("gives a size for a node that has no swap yet, and no request", () => {
    const found = needOf(pod([container("app", "1Gi")]), "1Gi", undefined, { ...NODE, swapTotalBytes: 0 });
    assert.deepEqual([found?.swapTotalBytes, found?.memoryRequestBytes], [32 * GIB, null]);
  });

  it("has no answer for a critical pod, nor for more than the node has", () => {
    const critical = needOf(pod([container("app", "1Gi")], { priorityClassName: "system-node-critical" }), "1Gi");
    assert.deepEqual([critical?.swapTotalBytes, critical?.memoryRequestBytes], [null, null]);
    assert.equal(needOf(pod([container("app", "1Gi")]), "31Gi")?.memoryRequestBytes, null);
  });

  it("asks for the containers of a name only", () => {
    const object = pod([container("a", "1Gi"), container("b", "1Gi")]);
    assert.equal(needOf(object, "1Gi", "b")?.container, "b");
    assert.equal(needOf(object, "1Gi", "c"), undefined);
  });
});
