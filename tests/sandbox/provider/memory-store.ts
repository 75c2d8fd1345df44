// The sandbox's store without a disk: hundreds of copies of a cloud are made for the tests of the rules.
import { Store, type StoredResource } from "../../../sandbox/provider/store";

/** Keeps resources in memory, in the order in which the real store lists them. */
export class MemoryStore extends Store {
  readonly #resources: Map<string, StoredResource>;

  /** @param origin the store to start as a copy of; empty without it */
  constructor(origin?: MemoryStore) {
    super("/nowhere");
    this.#resources = new Map(origin === undefined ? [] : origin.#resources);
  }

  override list(type?: string): readonly StoredResource[] {
    const keys = [...this.#resources.keys()].toSorted();
    return keys
      .flatMap((key) => this.#resources.get(key) ?? [])
      .filter((resource) => type === undefined || resource.type === type);
  }

  override get(type: string, id: string): StoredResource | undefined {
    return this.#resources.get(keyOf(type, id));
  }

  override put(resource: StoredResource): void {
    this.#resources.set(keyOf(resource.type, resource.id), resource);
  }

  override remove(type: string, id: string): void {
    this.#resources.delete(keyOf(type, id));
  }
}

function keyOf(type: string, id: string): string {
  return `${type} ${id}`;
}
