// The policies of Karpenter's controller, decided call by call, and everything in them shown to be needed.
import assert from "node:assert/strict";
import { writeControllerPolicies } from "../../components/karpenter/policies";
import type { PolicyDocument, PolicyStatement } from "../../components/karpenter/policy-scope";
import { FOREIGN_CALLS } from "./foreign-calls";
import { SCOPE } from "./names";
import { OWN_CALLS } from "./own-calls";
import { allows, type Request } from "./simulator";

type Documents = Readonly<Record<string, PolicyDocument>>;

const documents: Documents = writeControllerPolicies(SCOPE);

describe("Karpenter's controller may", () => {
  for (const call of OWN_CALLS) {
    it(`${call.action} on ${call.resource} ${JSON.stringify(call.context ?? {})}`, async () => {
      assert.equal(await allows(documents, call), true);
    });
  }
});

describe("Karpenter's controller may not", () => {
  for (const call of FOREIGN_CALLS) {
    it(`${call.action} on ${call.resource}: ${call.why}`, async () => {
      assert.equal(await allows(documents, call), false);
    });
  }
});

// Whatever is taken out of a statement must change one of the answers above, or nothing would tell that it is missing.
describe("in the controller's policies", () => {
  for (const statement of Object.values(documents).flatMap(({ Statement }) => Statement)) {
    for (const action of statement.Action) {
      it(`${statement.Sid} needs ${action}`, async () => {
        await assertDenies(statement, { Action: statement.Action.filter((one) => one !== action) });
      });
    }

    for (const resource of statement.Resource) {
      it(`${statement.Sid} needs the resource ${resource}`, async () => {
        await assertDenies(statement, { Resource: statement.Resource.filter((one) => one !== resource) });
        if (resource !== "*") await assertAllows(statement, { Resource: ["*"] });
      });
    }

    const conditions = Object.entries<Readonly<Record<string, unknown>>>(statement.Condition ?? {});
    for (const [operator, keys] of conditions) {
      for (const key of Object.keys(keys)) {
        it(`${statement.Sid} needs to compare ${key}`, async () => {
          const others = Object.fromEntries(Object.entries(keys).filter(([one]) => one !== key));
          await assertAllows(statement, { Condition: Object.fromEntries([...conditions, [operator, others]]) });
        });
      }
    }
  }
});

/** The statement with this change no longer allows some call of the controller's own. */
async function assertDenies(statement: PolicyStatement, change: Partial<PolicyStatement>): Promise<void> {
  const denied = await findCall(statement, change, OWN_CALLS, false);
  assert.ok(denied !== undefined, "every call of the controller's own is still allowed without it");
}

/** The statement with this change allows some call that the controller must not be able to make. */
async function assertAllows(statement: PolicyStatement, change: Partial<PolicyStatement>): Promise<void> {
  const allowed = await findCall(statement, change, FOREIGN_CALLS, true);
  assert.ok(allowed !== undefined, "every foreign call is still denied without it");
}

async function findCall(
  statement: PolicyStatement,
  change: Partial<PolicyStatement>,
  calls: readonly Request[],
  decision: boolean,
): Promise<Request | undefined> {
  const changed = Object.fromEntries(
    Object.entries(documents).map(([name, document]) => [
      name,
      { ...document, Statement: document.Statement.map((one) => (one === statement ? { ...one, ...change } : one)) },
    ]),
  );
  for (const call of calls.filter(({ action }) => statement.Action.includes(action))) {
    if ((await allows(changed, call)) === decision) return call;
  }
  return undefined;
}
