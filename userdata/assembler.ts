// The one way from fragments to userData.
import type { Fragment, NodeConfigFragment } from "./fragments";
import { UserDataError } from "./fragments";
import { NODE_CONFIG, renderMime, SHELL_SCRIPT, type MimePart } from "./mime";
import { assignVariable, joinLines, shrinkScript, toLines, writeFileLines } from "./shell";
import { renderEnvironment, renderUnit } from "./systemd";
import { toYaml } from "./yaml";
import { own } from "../swap/own";

/** Bytes that EC2 takes, before base64. Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
export const MOST_USER_DATA_BYTES = 16 * 1024;

/**
 * Bytes that our userData may have where Karpenter adds its NodeConfig, with the cluster's certificate, labels, taints
 * and kubelet settings.
 */
export const USER_DATA_BUDGET_BYTES = 12 * 1024;

/**
 * The document for a list of fragments: a part for each NodeConfig, and one shell part that carries out all others in
 * their order and stops at the first that fails. Equal fragments give equal bytes.
 * @param budgetBytes the most that the document may have; what {@link USER_DATA_BUDGET_BYTES} says without
 * @throws UserDataError when the document would not reach the node as written, or is above the budget
 */
export function assembleUserData(fragments: readonly Fragment[], budgetBytes = USER_DATA_BUDGET_BYTES): string {
  const onNode = fragments.filter((fragment) => fragment.kind !== "node-config");
  const parts: MimePart[] = fragments
    .filter((fragment) => fragment.kind === "node-config")
    .map((fragment) => ({ contentType: NODE_CONFIG, body: toYaml(nodeConfig(fragment)) }));
  if (onNode.length > 0) {
    const lines = ["#!/bin/bash", "set -euo pipefail", ...onNode.flatMap(toShellLines)];
    parts.push({ contentType: SHELL_SCRIPT, body: joinLines(lines) });
  }
  const userData = renderMime(parts);
  if (userData.length > budgetBytes) {
    throw new UserDataError(`userData has ${userData.length} bytes, above the budget of ${budgetBytes}`);
  }
  return userData;
}

function nodeConfig({ spec }: NodeConfigFragment): unknown {
  return { apiVersion: "node.eks.aws/v1alpha1", kind: "NodeConfig", spec };
}

function toShellLines(fragment: Exclude<Fragment, NodeConfigFragment>): readonly string[] {
  switch (fragment.kind) {
    case "shell":
      return [
        ...Object.keys(fragment.variables)
          .toSorted()
          .map((name) => assignVariable(name, own(fragment.variables, name) ?? "")),
        ...toLines(shrinkScript(fragment.script)),
      ];
    case "file":
      return writeFileLines(fragment.path, fragment.mode, fragment.content);
    case "systemd-unit":
      return writeFileLines(`/etc/systemd/system/${fragment.name}`, "0644", renderUnit(fragment.sections));
    case "environment":
      return writeFileLines(fragment.path, "0644", renderEnvironment(fragment.variables));
  }
}
