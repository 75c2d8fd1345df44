// What the fake providers know about one type of resource, and the rules that a service enforces on it.
import type { Store, StoredResource } from "./store";
import type { Properties } from "./values";

/**
 * When a rule is looked at. `check`: on the inputs alone, in a preview too, where values can still be unknown.
 * `create`, `update` and `delete`: when the engine really does so, against what exists. `ready`: once the object
 * exists and the provider waits for it to work; the object then stays although the update fails.
 */
export type Moment = "check" | "create" | "update" | "ready" | "delete";

/** What a rule looks at. */
export interface Situation {
  /** The inputs; when deleting, the inputs that the resource was made with. */
  readonly inputs: Properties;
  /** All that exists. */
  readonly cloud: Store;
  /** The resource as it is now; undefined before it exists. */
  readonly current: StoredResource | undefined;
}

/** One thing that the real service refuses. */
export interface Rule {
  /** Stable name, shown in the message and used by the tests. */
  readonly id: string;
  /** The page or source file that says so. */
  readonly source: string;
  /** When the service would notice. */
  readonly moments: readonly Moment[];
  /** The input that is to blame, as a dotted path; only for messages. */
  readonly path?: string;
  /** The service's words, or undefined if all is well. */
  readonly problem: (situation: Situation) => string | undefined;
}

/** What {@link ResourceKind.make} returns. */
export interface Made {
  /** Properties that the service adds to the inputs. */
  readonly outputs: Properties;
  /** See {@link StoredResource.memory}. */
  readonly memory?: Properties;
}

/** A type of resource. */
export interface ResourceKind {
  /** The Pulumi type token. */
  readonly type: string;
  /** Inputs without which the provider refuses, as dotted paths. */
  readonly required: readonly string[];
  /** Inputs that cannot be changed in place, as dotted paths. */
  readonly forceNew: readonly string[];
  /** Inputs that can be added and changed in place, but not removed, as dotted paths. */
  readonly forceNewIfRemoved?: readonly string[];
  /** The input that gets a name if none is given, as a dotted path. */
  readonly autoName?: string;
  /** What the service refuses. */
  readonly rules: readonly Rule[];
  /** Whether the provider waits until the resource works; without it, it always does. */
  readonly awaited?: (inputs: Properties) => boolean;
  /** The id of a resource to be made. If one with this id exists, `taken` is what the service says. */
  readonly identify: (inputs: Properties) => string;
  /** The service's words for an id that exists; without it ids are made up and never meet. */
  readonly taken?: (inputs: Properties) => string;
  /** Computes what the service adds; it may put further resources, as a service does behind one's back. */
  readonly make: (id: string, situation: Situation) => Made;
  /** The output `status` while the resource is being made, once it is made, and while it is being deleted. */
  readonly states?: { readonly making: string; readonly made: string; readonly removing: string };
  /** What a controller had made for the resource, and leaves behind when it is deleted in a hurry. */
  readonly leave?: (resource: StoredResource, cloud: Store) => void;
  /** Called after the resource is gone, to take along what the service takes along. */
  readonly gone?: (resource: StoredResource, cloud: Store) => void;
}
