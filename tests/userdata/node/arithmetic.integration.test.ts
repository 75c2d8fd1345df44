// The node computes sizes and watermarks again: bash must come to what the plan says, for any node.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { memoryThresholdBytes } from "../../../swap/eviction";
import { GIB, KIB, MIB } from "../../../swap/quantity";
import { swapBytes } from "../../../swap/size";
import { automaticWatermarks, podsMemoryHighBytes } from "../../../swap/watermarks";
import { printedBy } from "../../support/bash";

function nodeScript(name: string): string {
  return readFileSync(join(__dirname, "..", "..", "..", "userdata", "node", name), "utf8");
}

/** From 512 MiB to 24 TiB. */
const memTotalKiB = fc.integer({ min: 512 * KIB, max: 24 * 1024 * MIB });

/** evictionHard of memory.available. */
const threshold = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }).map((thousandths) => `${thousandths / 1000}%`),
  fc.integer({ min: 0, max: 4096 }).map((mebibytes) => `${mebibytes}Mi`),
);

/** A script of the node that takes RAM from a variable. */
function withMeminfo(name: string): string {
  return nodeScript(name).replace("</proc/meminfo", '<<<"$meminfo"');
}

/** Bash that sets this variable to what the kernel says of so much RAM. */
function meminfo(kibibytes: number): string {
  return `meminfo='MemTotal: ${kibibytes} kB'`;
}

/** The same as the node's environment file has it. */
function givenThreshold(text: string): string {
  return text.endsWith("%")
    ? `${Math.round(Number(text.slice(0, -1)) * 1000)}m%`
    : String(memoryThresholdBytes({ "memory.available": text }, 0));
}

describe("the node's arithmetic is the plan's", () => {
  it("min_free_kbytes, a thousand nodes at a time", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(memTotalKiB, threshold), { minLength: 1000, maxLength: 1000 }), (nodes) => {
        const calls = nodes.map(
          ([memory, text]) =>
            `${meminfo(memory)} EVICTION_THRESHOLD=${givenThreshold(text)}; printf '%s\\0' "$(automatic_min_free)"`,
        );
        const expected = nodes.map(([memory, text]) => {
          const bytes = memoryThresholdBytes({ "memory.available": text }, memory * KIB);
          return String(automaticWatermarks(memory * KIB, bytes).minFreeKbytes);
        });
        assert.deepEqual(printedBy(`${withMeminfo("sysctls.sh")}\n${calls.join("\n")}\n`), expected);
      }),
      { numRuns: 3 },
    );
  });

  it("memory.high of all pods, a thousand nodes at a time", () => {
    const reserved = fc.integer({ min: 0, max: 8 * MIB }).map((kibibytes) => kibibytes * KIB);
    const script = `${withMeminfo("sysctls.sh")}\nset_pods_high() { echo "$1"; }\nWATERMARK_SCALE_FACTOR=auto\n`;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(memTotalKiB, threshold, reserved), { minLength: 1000, maxLength: 1000 }),
        (nodes) => {
          const calls = nodes.map(
            ([memory, text, kept]) =>
              `${meminfo(memory)} EVICTION_THRESHOLD=${givenThreshold(text)} reserved_bytes=${kept}; printf '%s\\0' "$(hold_pods)"`,
          );
          const expected = nodes.map(([memory, text, kept]) => {
            const bytes = memoryThresholdBytes({ "memory.available": text }, memory * KIB);
            return String(podsMemoryHighBytes(memory * KIB, bytes, kept) ?? "");
          });
          assert.deepEqual(printedBy(`${script}${calls.join("\n")}\n`), expected);
        },
      ),
      { numRuns: 3 },
    );
  });

  it("a share of RAM, a thousand nodes at a time", () => {
    const maxSizeBytes = fc.option(fc.integer({ min: 1, max: 16_384 }).map((mebibytes) => mebibytes * MIB));
    const size = fc.tuple(memTotalKiB, fc.integer({ min: 1, max: 400 }), maxSizeBytes);
    const script = withMeminfo("swap-size.sh");
    fc.assert(
      fc.property(fc.array(size, { minLength: 1000, maxLength: 1000 }), (sizes) => {
        const calls = sizes.map(([memory, memoryPercent, most]) =>
          [
            `${meminfo(memory)} SIZE_PERCENT=${memoryPercent}`,
            `SIZE_BYTES=${most ?? Number.MAX_SAFE_INTEGER} MINIMUM_BYTES=${GIB}; compute`,
            "printf '%s\\0' \"$SIZE_BYTES $MINIMUM_BYTES\"",
          ].join("\n"),
        );
        const expected = sizes.map(([memory, memoryPercent, most]) => {
          const bytes = swapBytes({ memoryPercent, maxSizeBytes: most ?? undefined }, memory * KIB);
          return `${bytes} ${Math.min(bytes, GIB)}`;
        });
        assert.deepEqual(printedBy(`compute() {\n${script}}\n${calls.join("\n")}\n`), expected);
      }),
      { numRuns: 3 },
    );
  });
});
