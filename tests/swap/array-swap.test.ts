// Swap of nodes whose instance store is small beside their RAM.
import assert from "node:assert/strict";
import fc from "fast-check";
import { arrayRoomBytes, arrayRoomPercent, leastSwapBytes } from "../../swap/array-swap";
import { allowedInstanceTypes, INSTANCE_TYPES } from "../../swap/instance-types";
import { GIB, MIB } from "../../swap/quantity";
import { swapBytes } from "../../swap/size";
import { type Backing, BACKINGS } from "../../swap/vocabulary";

const named = (...values: readonly string[]) => [
  { key: "node.kubernetes.io/instance-type", operator: "In" as const, values },
];

describe("leastSwapBytes", () => {
  const share = (memoryPercent: number, ...backings: readonly Backing[]) => ({ memoryPercent, backings });

  it("is what the disks hold besides 20 GiB where that is less: 118 GB on 128 GiB of RAM", () => {
    const room = Math.floor((118e9 - 20 * GIB) / MIB) * MIB;
    const pool = { swap: share(100, "instance-store", "root-volume"), requirements: named("x2iedn.xlarge") };
    assert.equal(leastSwapBytes(pool, 128 * GIB), room);
    assert.equal(leastSwapBytes({ ...pool, swap: share(50, "instance-store") }, 128 * GIB), 64 * GIB);
  });

  it("is that of the type with the least room among those of the size", () => {
    const types = allowedInstanceTypes(named("x2iedn.xlarge", "r5d.4xlarge"));
    assert.deepEqual(new Set(types.map(({ memoryMebibytes }) => memoryMebibytes)), new Set([128 * 1024]));
    const pool = { swap: share(100, "instance-store"), requirements: named("x2iedn.xlarge", "r5d.4xlarge") };
    assert.equal(leastSwapBytes(pool, 128 * GIB), Math.min(...types.map(arrayRoomBytes)));
  });

  it("is what the size says where a volume comes first", () => {
    const pool = { swap: share(100, "ebs-volume", "instance-store"), requirements: named("x2iedn.xlarge") };
    assert.equal(leastSwapBytes(pool, 128 * GIB), 128 * GIB);
  });

  it("is never more than the design's size, and all of it up to the percentage that the array holds", () => {
    const types = INSTANCE_TYPES.filter(({ localNvmeGigabytes }) => localNvmeGigabytes > 0);
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom(...BACKINGS),
        (type, percent, backing) => {
          const memory = type.memoryMebibytes * MIB;
          const asked = swapBytes({ memoryPercent: percent }, memory);
          const found = leastSwapBytes({ swap: share(percent, backing), requirements: named(type.name) }, memory);
          assert.ok(found <= asked);
          const isWhole = backing !== "instance-store" || percent <= arrayRoomPercent(type);
          if (isWhole) assert.equal(found, asked);
          else assert.equal(found, Math.min(asked, arrayRoomBytes(type)));
        },
      ),
    );
  });
});
