// The guard of a pool in the cluster: one admission policy and what follows from it, for pods and for templates.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { GuardMode } from "../../swap/vocabulary";
import { describeGuard } from "./guard-policy";

/** Arguments of {@link Guard}. */
export interface GuardArgs {
  /** Name of the pool: the value of `eks-swap/pool` that pods select or tolerate. */
  readonly pool: string;
  /** `warn` admits pods that get no swap, with a warning; `deny` refuses them. Templates get a warning in both modes. */
  readonly mode: Exclude<GuardMode, "off">;
  /** Provider for the cluster. Its Kubernetes must be 1.30 or newer. */
  readonly provider: kubernetes.Provider;
  /** What must work before objects can be made in the cluster. */
  readonly requires: readonly pulumi.Resource[];
}

/**
 * The guard of a pool with swap: an admission policy that reports pods which are aimed at the pool and would get no
 * swap. A pod that is meant to get none carries the annotation `eks-swap/guard: no-swap`. `SwapPool` makes one for its
 * pool; use this class for a pool that another program made.
 *
 * @example
 * ```ts
 * new Guard("spikes-guard", { pool: "spikes", mode: "deny", provider, requires: [] });
 * ```
 */
export class Guard extends pulumi.ComponentResource {
  /** Name of the ValidatingAdmissionPolicy; messages to those who send pods begin with it. */
  readonly policyName: pulumi.Output<string>;

  /**
   * @param name logical name, prefix of the names of its children.
   * @param args pool and mode.
   */
  constructor(name: string, args: GuardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:swap:Guard", name, {}, opts);
    const { policy, bindings } = describeGuard(args.pool, args.mode);
    const options = { parent: this, provider: args.provider, dependsOn: [...args.requires] };
    const made = new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicy(`${name}-policy`, policy, options);
    for (const [suffix, binding] of Object.entries(bindings)) {
      new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBinding(`${name}-${suffix}`, binding, {
        ...options,
        dependsOn: [made],
      });
    }
    this.policyName = made.metadata.name;
    this.registerOutputs({ policyName: this.policyName });
  }
}
