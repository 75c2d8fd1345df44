// The inverse of the LimitedSwap rule: the swap, or the request, that gives a container what it needs.
import assert from "node:assert/strict";
import fc from "fast-check";
import { limitedSwap, requestFor, swapTotalFor, type NodeMemory, type PodOnNode } from "../../swap/limited-swap";
import { GIB, KIB, MIB, PAGE_BYTES } from "../../swap/quantity";
import { nodeAndRequest, pages } from "./arbitraries";

const NOMINAL: NodeMemory = { memTotalBytes: 32 * GIB, swapTotalBytes: 30 * GIB, swapBehavior: "LimitedSwap" };
const BURSTABLE: PodOnNode = { qosClass: "Burstable", isStatic: false, priority: 0 };

describe("swapTotalFor", () => {
  it("gives the wanted limit, and one page less does not", () => {
    fc.assert(
      fc.property(nodeAndRequest, pages(64 * GIB), ({ node, requestBytes }, wanted) => {
        const swapTotalBytes = swapTotalFor(wanted, requestBytes, node.memTotalBytes);
        fc.pre(wanted / requestBytes < 2 ** 50 / node.memTotalBytes);
        assert.ok(swapTotalBytes !== undefined);
        const limitWith = (total: number) =>
          limitedSwap({ ...node, swapTotalBytes: total }, BURSTABLE, { requestBytes }).swapLimitBytes;
        assert.equal(swapTotalBytes % PAGE_BYTES, 0);
        assert.ok(limitWith(swapTotalBytes) >= wanted);
        assert.ok(limitWith(swapTotalBytes - PAGE_BYTES) < wanted);
      }),
    );
  });

  it("answers the documented question: 3 GiB for a request of 1 GiB on 31 GiB of RAM takes 93 GiB", () => {
    assert.equal(swapTotalFor(3 * GIB, GIB, 31 * GIB), 93 * GIB);
  });

  it("has no answer for a container that can get no swap", () => {
    assert.equal(swapTotalFor(GIB, 0, 32 * GIB), undefined);
    assert.equal(swapTotalFor(GIB, 33 * GIB, 32 * GIB), undefined);
    assert.equal(swapTotalFor(64 * GIB, 1, 1536 * GIB), undefined);
  });
});

describe("requestFor", () => {
  it("gives the wanted limit, and one page less does not", () => {
    fc.assert(
      fc.property(nodeAndRequest, fc.double({ min: 0, max: 1, noNaN: true }), ({ node }, share) => {
        const wanted = Math.max(1, Math.floor(node.swapTotalBytes * share));
        const request = requestFor(wanted, node);
        assert.ok(request !== undefined && request <= node.memTotalBytes);
        const limitOf = (requestBytes: number) => limitedSwap(node, BURSTABLE, { requestBytes }).swapLimitBytes;
        assert.ok(limitOf(request) >= wanted);
        assert.ok(request <= PAGE_BYTES || limitOf(request - PAGE_BYTES) < wanted);
      }),
    );
  });

  it("knows what is impossible", () => {
    assert.equal(requestFor(31 * GIB, NOMINAL), undefined);
    assert.equal(requestFor(1, { ...NOMINAL, swapTotalBytes: 0 }), undefined);
  });

  it("asks for nothing where no swap is wanted", () => {
    assert.equal(requestFor(0, NOMINAL), 0);
    assert.equal(requestFor(0, { ...NOMINAL, swapTotalBytes: 0 }), 0);
  });

  it("takes all of a node whose memory is no whole number of pages", () => {
    const node = { memTotalBytes: GIB + KIB, swapTotalBytes: 512 * MIB };
    assert.equal(requestFor(512 * MIB, node), GIB + KIB);
  });
});
