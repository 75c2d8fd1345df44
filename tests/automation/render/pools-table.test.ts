// What try and render print of the pools fits a terminal of 80 columns.
import assert from "node:assert/strict";
import { join } from "node:path";
import { ourConfig, readStackFile } from "../../../automation/base/stack-file";
import { formatPools } from "../../../automation/render/pools-table";
import { readSettings } from "../../../config/settings";
import { summarizePool } from "../../../swap/summary";

const root = join(__dirname, "..", "..", "..");

describe("the pools, for people", () => {
  for (const stack of ["dev", "prod"]) {
    it(`of the ${stack} stack fit 80 columns, with every backing`, () => {
      const { pools } = readSettings(ourConfig(readStackFile(root, stack)));
      const summaries = pools.map(({ plan }) => summarizePool(plan));
      const lines = formatPools(summaries).split("\n");
      assert.deepEqual(
        lines.filter((line) => line.length > 80),
        [],
      );
      for (const { pool, backings } of summaries) {
        const start = lines.indexOf(`pool ${pool}`);
        assert.match(lines[start + 1] ?? "", new RegExp(`^ {2}backings +${backings.join(", then ")}$`));
      }
    });
  }
});
