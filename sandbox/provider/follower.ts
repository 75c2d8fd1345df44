// The sandbox's second mode: what it takes in is also carried out by somebody else, for real.
import type { StoredResource } from "./store";
import type { Properties } from "./values";

/** What somebody else knows of a resource that the sandbox is about to keep. */
export interface Followed {
  /** The id that the real thing has; made up by the sandbox where left out. */
  readonly id?: string;
  /** See {@link StoredResource.memory}; kinds derive outputs from it. */
  readonly memory?: Properties;
}

/**
 * Carries out what the sandbox has found to be right by its own rules. Every method may take its time, and throws when
 * the request fails: then the sandbox keeps nothing.
 */
export interface Follower {
  create(type: string, inputs: Properties): Promise<Followed>;
  update(before: StoredResource, inputs: Properties): Promise<void>;
  delete(resource: StoredResource): Promise<void>;
  /** What keeps a resource from working although it exists, after waiting for it as the real provider does. */
  problems(resource: StoredResource): Promise<readonly string[]>;
  /** The answer of a function of the package; undefined where the sandbox is to answer. */
  call(token: string, args: Properties): Promise<Properties | undefined>;
}

/** Nobody: the first mode. */
export const NOBODY: Follower = {
  create: async () => ({}),
  update: async () => undefined,
  delete: async () => undefined,
  problems: async () => [],
  call: async () => undefined,
};

/** Makes the follower of a package; undefined when nobody follows it. `directory` is the sandbox's. */
export type FollowerOf = (packageName: string, directory: string) => Promise<Follower | undefined>;
