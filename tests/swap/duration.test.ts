// Durations as Go reads them. The table is of Go's time.ParseDuration: tests/swap/durations/main.go wrote it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DurationError, parseDuration, readNanoseconds } from "../../swap/duration";

const rows = z
  .array(z.tuple([z.string(), z.string().nullable()]))
  .parse(JSON.parse(readFileSync(join(__dirname, "durations", "expected.json"), "utf8")));

describe("a duration", () => {
  for (const [text, nanoseconds] of rows) {
    it(`${JSON.stringify(text)} is ${nanoseconds === null ? "refused" : `${nanoseconds} ns`}`, () => {
      assert.equal(readNanoseconds(text), nanoseconds === null ? undefined : BigInt(nanoseconds));
    });
  }

  it("in seconds has fractions, and an error that quotes what is none", () => {
    assert.equal(parseDuration("1h30m"), 5400);
    assert.equal(parseDuration("1.5h300ms"), 5400.3);
    assert.equal(parseDuration("-1m"), -60);
    assert.throws(() => parseDuration("true-ish 5h"), new DurationError("true-ish 5h"));
    assert.throws(() => parseDuration("1d"), /"1d" is not a duration such as 90s/);
  });
});
