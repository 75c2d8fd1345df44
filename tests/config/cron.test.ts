// Schedules of budgets. The table is of robfig/cron behind the pattern of Karpenter's CRD: tests/config/schedules/main.go wrote it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isCronSchedule } from "../../config/schema/cron";

const rows = z
  .array(z.tuple([z.string(), z.boolean()]))
  .parse(JSON.parse(readFileSync(join(__dirname, "schedules", "expected.json"), "utf8")));

describe("a schedule", () => {
  it("is read as Karpenter reads it", () => {
    assert.ok(rows.length >= 500);
    assert.ok(rows.some(([, isRead]) => isRead) && rows.some(([, isRead]) => !isRead));
    assert.deepEqual(
      rows.filter(([text, isRead]) => isCronSchedule(text) !== isRead),
      [],
    );
  });
});
