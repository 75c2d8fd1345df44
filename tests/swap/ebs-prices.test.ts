// What EBS volumes cost.
import assert from "node:assert/strict";
import { volumePerHour, VOLUME_PRICES } from "../../swap/ebs-prices";
import type { VolumePerformance } from "../../swap/ebs-volume";

/** Dollars a month, by the price list of us-east-1. The second is AWS's own example with the prices of that region. */
const KNOWN: readonly (readonly [name: string, volume: VolumePerformance, dollars: number])[] = [
  ["gp3 with its own rates", { type: "gp3", sizeGiB: 56 }, 56 * 0.08],
  ["gp3 with more", { type: "gp3", sizeGiB: 2000, iops: 10_000, throughput: 500 }, 160 + 7000 * 0.005 + 375 * 0.04],
  ["gp3 with its own rates, said", { type: "gp3", sizeGiB: 10, iops: 3000, throughput: 125 }, 0.8],
  ["io1", { type: "io1", sizeGiB: 100, iops: 5000 }, 12.5 + 5000 * 0.065],
  ["io2 within its first step", { type: "io2", sizeGiB: 100, iops: 32_000 }, 12.5 + 32_000 * 0.065],
  [
    "io2 over all its steps",
    { type: "io2", sizeGiB: 100, iops: 70_000 },
    12.5 + 32_000 * 0.065 + 32_000 * 0.046 + 6000 * 0.032,
  ],
];

function assertMonthly(actualPerHour: number, dollars: number): void {
  assert.ok(Math.abs(actualPerHour * 730 - dollars) < 1e-9, `${actualPerHour * 730}, not ${dollars}`);
}

describe("volumePerHour", () => {
  for (const [name, volume, dollars] of KNOWN) {
    it(name, () => {
      assertMonthly(volumePerHour(volume), dollars);
    });
  }

  it("takes another price of a GiB, and leaves those of the rates", () => {
    assertMonthly(volumePerHour({ type: "gp3", sizeGiB: 10, iops: 4000 }, 0.1), 1 + 1000 * 0.005);
  });

  it("names its day and region", () => {
    assert.match(VOLUME_PRICES.date, /^\d{4}-\d{2}-\d{2}$/);
    assert.match(VOLUME_PRICES.source, /^AWS's price list .*us-east-1.*https:/);
  });
});
