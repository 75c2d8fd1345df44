// What AWS would answer: policy documents and a request through an IAM simulator, which knows every action, its
// resources and its condition keys from AWS's Service Authorization Reference.
import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";

/** One authorization question. A call to AWS asks one for each resource that it touches. */
export interface Request {
  /** As in `ec2:RunInstances`. */
  readonly action: string;
  /** ARN, or `*` for actions that know no resources. */
  readonly resource: string;
  /** Condition keys and their values: the tags of the resource and of the request, the region, and so on. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Why AWS's reference does not list the resource for this action. The request is then decided without that check. */
  readonly unlisted?: string;
}

/** Documents by name. */
export type Documents = Readonly<Record<string, unknown>>;

/** The account that everything lives in. */
export const ACCOUNT = "111122223333";

/**
 * Asks whether an identity with these policies may make the request.
 *
 * @throws Error when the simulator does not know the action or the resource, finds a document invalid, or leaves out a
 * condition key because AWS does not offer it for this action: the answer would then say nothing about AWS.
 */
export async function allows(identityPolicies: Documents, request: Request): Promise<boolean> {
  return answer(request, {
    identityPolicies: Object.entries(identityPolicies).map(([name, policy]) => ({ name, policy })),
  });
}

/** Asks whether a resource's own policy, such as the trust policy of a role, lets `principal` make the request. */
export async function trusts(resourcePolicy: unknown, principal: string, request: Request): Promise<boolean> {
  return answer(request, { resourcePolicy }, principal);
}

async function answer(
  { action, resource, context = {}, unlisted }: Request,
  policies: Partial<Simulation>,
  principal = `arn:aws:iam::${ACCOUNT}:role/karpenter`,
): Promise<boolean> {
  const simulation: Simulation = {
    identityPolicies: [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...policies,
    request: {
      principal,
      action,
      resource: { resource, accountId: ACCOUNT },
      contextVariables: Object.fromEntries(
        Object.entries(context).map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
      ),
    },
  };
  if (unlisted !== undefined) return runUnsafeSimulation(simulation, {}) === "Allowed";
  const response = await runSimulation(simulation, {});
  if (response.resultType === "error") throw new Error(`${action} on ${resource}: ${JSON.stringify(response.errors)}`);
  const results = response.resultType === "single" ? [response.result] : response.results;
  const ignored = results.flatMap(({ ignoredContextKeys }) => ignoredContextKeys ?? []);
  if (ignored.length > 0) throw new Error(`${action} on ${resource} knows no ${ignored.join(", ")}`);
  return response.overallResult === "Allowed";
}
