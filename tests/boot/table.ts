// What the suite prints.
import Table from "cli-table3";
import type { ScenarioRow } from "./runner";

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One line per boot: seconds are since the kernel started. */
export function table(rows: readonly ScenarioRow[]): string {
  const plain = process.stdout.isTTY ? {} : { style: { head: [], border: [] } };
  const result = new Table({
    head: ["scenario", "boot", "swap", "swap on", "kubelet at", "remark", "result"],
    colWidths: [46, 16, 38, 9, 12, 40, 8],
    wordWrap: true,
    ...plain,
  });
  for (const row of rows) {
    if (row.boots.length === 0) result.push([row.scenario, "", "", "", "", row.message ?? "", row.result]);
    for (const boot of row.boots) {
      const [swapOn = "", kubelet = ""] = [boot.swapOnAt, boot.kubeletAt].map((time) => time?.toFixed(1) ?? "never");
      const swap = boot.swap === "" ? "none" : boot.swap;
      result.push([row.scenario, boot.boot, swap, swapOn, kubelet, boot.remark ?? "", boot.result]);
    }
  }
  return result.toString();
}
