// The policy pack: pulumi preview --policy-pack policy
import {
  PolicyPack,
  type ReportViolation,
  type ResourceValidationArgs,
  type StackValidationArgs,
} from "@pulumi/policy";
import { NODE_CLASS_TYPE, readNodeClassInputs } from "./node-class";
import { NODE_CLASS_RULES } from "./node-class-rules";
import { checkSystemPools, isDecidable, SYSTEM_POOL_RULE } from "./system-pool-rule";

new PolicyPack("eks-swap", {
  enforcementLevel: "mandatory",
  policies: [
    ...NODE_CLASS_RULES.map(({ name, description, check }) => ({
      name,
      description,
      validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
        if (args.type !== NODE_CLASS_TYPE) return;
        for (const violation of check(readNodeClassInputs(args.props))) report(violation);
      },
    })),
    {
      ...SYSTEM_POOL_RULE,
      configSchema: {
        properties: {
          systemPools: { type: "array" as const, items: { type: "string" as const }, default: ["system"] },
        },
      },
      validateStack: (args: StackValidationArgs, report: ReportViolation) => {
        if (!isDecidable(args.resources)) args.notApplicable("the provider returns no pools before they exist");
        const { systemPools } = args.getConfig<{ systemPools: string[] }>();
        for (const { resource, message } of checkSystemPools(args.resources, systemPools)) {
          report(message, resource.urn);
        }
      },
    },
  ],
});
