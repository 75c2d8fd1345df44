// Texts of users in PromQL, as Prometheus reads them: a series is found by exactly the text that was written.
import assert from "node:assert/strict";
import { literal } from "../../swap/literal";
import { HOSTILE_TEXTS } from "../config/hostile-configs";
import { testRules } from "./promtool";

describe("texts in PromQL", () => {
  it("select the series that has the text for a label, and no other", () => {
    // Prometheus takes an empty label for none.
    const texts = HOSTILE_TEXTS.filter((text) => text !== "");
    const rules = texts.map((text, index) => ({
      record: `found_${index}`,
      expr: `count(given{text=${literal(text)}})`,
    }));
    const tests = [
      {
        interval: "1m",
        input_series: texts.map((text) => ({ series: `given{text=${literal(text)}}`, values: "1" })),
        promql_expr_test: [
          ...texts.map((_, index) => ({
            expr: `found_${index}`,
            eval_time: "0m",
            exp_samples: [{ labels: `found_${index}`, value: 1 }],
          })),
          { expr: "count(given)", eval_time: "0m", exp_samples: [{ labels: "{}", value: texts.length }] },
        ],
      },
    ];
    const { passed, output } = testRules({ groups: [{ name: "texts", rules }] }, tests);
    assert.ok(passed, output);
  });
});
