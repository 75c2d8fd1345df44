// What an older Karpenter that runs already does not take, although the newest does.
import { z } from "zod";
import { describeProblem, type Problem } from "../catalogue/problems";
import { karpenterSchema } from "../schema/config";
import { poolSchema } from "../schema/pool";
import { compareVersions } from "../schema/versions";
import { keysAt, valueAt } from "../value-at";

/**
 * A rule of the CustomResourceDefinitions that a later minor version dropped or widened. That there are no others among the
 * keys of a pool is shown on an API server: tests/kube, "admission: what each minor of Karpenter takes".
 */
interface OlderRule {
  /** The first version without the rule. */
  readonly first: string;
  readonly section: "disruption" | "evictionHard";
  /** The keys within the section that break it. */
  readonly breaks: (key: string, value: unknown) => boolean;
  readonly instead: string;
}

const OLDER_RULES: readonly OlderRule[] = [
  {
    // https://github.com/aws/karpenter-provider-aws/blob/v1.13.1/pkg/apis/crds/karpenter.sh_nodepools.yaml
    first: "1.14.0",
    section: "disruption",
    breaks: (key, value) => key === "consolidationPolicy" && value === "Balanced",
    instead: "Write WhenEmpty or WhenEmptyOrUnderutilized",
  },
  {
    // https://github.com/aws/karpenter-provider-aws/blob/v1.14.3/pkg/apis/crds/karpenter.k8s.aws_ec2nodeclasses.yaml
    first: "1.15.0",
    section: "evictionHard",
    breaks: (_, value) => typeof value === "string" && value.endsWith("%") && !OLDER_PERCENTAGE.test(value),
    instead: "Write at most two decimals",
  },
];

const OLDER_PERCENTAGE = /^(\d{1,2}(\.\d{1,2})?|100(\.0{1,2})?)%$/;

const versionSchema = z.object({ karpenter: karpenterSchema.pick({ version: true }).strip().prefault({}) });

/** What the Karpenter of this config refuses of its pools; the newest refuses nothing more than the schema. */
export function checkOlderKarpenter(given: unknown): readonly Problem[] {
  const { data } = versionSchema.safeParse(given);
  const rules = OLDER_RULES.filter(({ first }) => data && compareVersions(data.karpenter.version, first) < 0);
  return rules.flatMap(({ first, section, breaks, instead }) =>
    keysAt(given, ["pools"]).flatMap((pool) => {
      const parent = ["pools", pool, section];
      if (!poolSchema.shape[section].safeParse(valueAt(given, parent)).success) return [];
      return keysAt(given, parent)
        .filter((key) => breaks(key, valueAt(given, [...parent, key])))
        .map((key) => {
          const path = [...parent, key];
          const parameters = { version: data?.karpenter.version ?? "", first, instead };
          return describeProblem("older-karpenter", path, valueAt(given, path), parameters);
        });
    }),
  );
}
