// Whether a real API server with Karpenter's kinds takes what `eks-swap render` writes, and gives it back as it was.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { say } from "../boot/table";
import { validConfigs } from "../config/valid-configs";
import type { ApiClient } from "./api-client";
import { karpenterKinds, validateByKarpenter } from "./karpenter-kinds";
import { EXAMPLE_STACKS, manifestsOf, tryManifests, type Manifest } from "./manifests";
import { compare, defaultsOf, SERVER_METADATA, type Addition } from "./read-back";
import { onControlPlane, type Scenario } from "./scenario";

const GENERATED = 340;
const LEAST_GENERATED = 200;

/** Takes manifests one after the other, and keeps them and what was added to them. */
class Admission {
  readonly manifests: Manifest[] = [];
  readonly additions = new Set<string>();
  readonly #client: ApiClient;
  readonly #defaults = new Map<unknown, readonly Addition[]>(
    karpenterKinds(say).map((kind) => [kind.spec.names.kind, defaultsOf(kind)]),
  );

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** Applied, read back, compared and taken away again. */
  async admit(manifest: Manifest): Promise<void> {
    this.manifests.push(manifest);
    await this.#client.apply(manifest);
    const { changed, added } = compare(manifest, await this.#client.read(manifest));
    await this.#client.delete(manifest);
    assert.deepEqual(changed, [], "paths that came back otherwise than they were sent");
    const foreign = added.filter((addition) => !SERVER_METADATA.includes(addition.path));
    for (const { path, value } of foreign)
      this.additions.add(`${String(manifest["kind"])} ${path}=${JSON.stringify(value)}`);
    const defaults = this.#defaults.get(manifest["kind"]) ?? [];
    const unknown = foreign.filter((addition) => !defaults.some((other) => isDeepStrictEqual(other, addition)));
    assert.deepEqual(unknown, [], "fields that were added and are no defaults of the kind");
  }

  /** Karpenter's own checks of everything that was taken. */
  describe(): string {
    const refused = validateByKarpenter(this.manifests, say).flatMap((problems, index) =>
      problems.map((problem) => `${problem} in ${JSON.stringify(this.manifests[index])}`),
    );
    assert.deepEqual(refused.slice(0, 3), [], `Karpenter's controller refuses ${refused.length} of what was taken`);
    return `${this.manifests.length} objects unchanged; defaults added: ${[...this.additions].join(", ")}`;
  }
}

/** All scenarios. */
export const ADMISSION_SCENARIOS: readonly Scenario[] = [
  onControlPlane("admission: dev, prod and a stack in an existing cluster", { karpenterCrds: true }, async (client) => {
    const admission = new Admission(client);
    const placeholders = new Set<string>();
    for (const config of Object.values(EXAMPLE_STACKS)) {
      for (const pool of manifestsOf(config)) {
        await admission.admit(pool.nodeClass);
        await admission.admit(pool.nodePool);
        pool.placeholders.forEach((path) => placeholders.add(path));
      }
    }
    assert.equal(placeholders.size, 3, "placeholders for role, subnet and security group were among what was applied");
    return admission.describe();
  }),
  onControlPlane(`admission: at least ${LEAST_GENERATED} generated stacks`, { karpenterCrds: true }, async (client) => {
    const admission = new Admission(client);
    let accepted = 0;
    const property = fc.asyncProperty(validConfigs, async (config) => {
      const pools = tryManifests(config);
      accepted += pools.length === 0 ? 0 : 1;
      for (const { nodeClass, nodePool } of pools) {
        await admission.admit(nodeClass);
        await admission.admit(nodePool);
      }
    });
    await fc.assert(property, { numRuns: GENERATED });
    assert.ok(accepted >= LEAST_GENERATED, `only ${accepted} of ${GENERATED} generated configs are valid`);
    return `${accepted} stacks, ${admission.describe()}`;
  }),
];
