// What exists in the sandbox's cloud: one readable JSON file per resource in a directory, shared by the providers.
import * as fs from "node:fs";
import * as path from "node:path";
import { textAt, type Properties } from "./values";

/** A resource that exists. */
export interface StoredResource {
  /** The Pulumi type token, such as `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** The id in the form that the service gives it. */
  readonly id: string;
  /** The inputs, with secrets in plain text. */
  readonly inputs: Properties;
  /** All properties, those of the service included. */
  readonly outputs: Properties;
  /** Names of the properties that were secret when they came in. */
  readonly secrets: readonly string[];
  /** What a service remembers about the resource without showing it. */
  readonly memory: Properties;
}

/**
 * The directory's content. Every resource has a file of its own, written under another name and then renamed: a reader
 * in another process sees all of a resource or nothing of it, and no lock can be left behind.
 */
export class Store {
  readonly #directory: string;

  /** @param directory the sandbox's directory; the files go to `cloud` in it */
  constructor(directory: string) {
    this.#directory = path.join(directory, "cloud");
  }

  /** All resources, or all of one type, in the order of their files' names. */
  list(type?: string): readonly StoredResource[] {
    const folder = type === undefined ? this.#directory : this.#folder(type);
    if (!fs.existsSync(folder)) return [];
    return fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .toSorted()
      .flatMap((file) => readResource(file) ?? []);
  }

  /** The resource with this id, or undefined. */
  get(type: string, id: string): StoredResource | undefined {
    return readResource(this.#file(type, id));
  }

  /** The first resource of a type whose output at a dotted path is this text; none if there is no text to look for. */
  find(type: string, by: string, text: string | undefined): StoredResource | undefined {
    return text === undefined ? undefined : this.list(type).find((resource) => textAt(resource.outputs, by) === text);
  }

  /** Writes the resource, over an earlier version if there is one. */
  put(resource: StoredResource): void {
    const file = this.#file(resource.type, resource.id);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}.draft`;
    fs.writeFileSync(draft, `${JSON.stringify(resource, null, 2)}\n`);
    fs.renameSync(draft, file);
  }

  /** Removes the resource; removing what is not there is not an error. */
  remove(type: string, id: string): void {
    fs.rmSync(this.#file(type, id), { force: true });
  }

  #folder(type: string): string {
    return path.join(this.#directory, ...type.split(/[:/]/).map(encodeURIComponent));
  }

  #file(type: string, id: string): string {
    return path.join(this.#folder(type), `${encodeURIComponent(id)}.json`);
  }
}

function isStoredResource(value: unknown): value is StoredResource {
  const names = ["type", "id", "inputs", "outputs", "secrets", "memory"];
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}

function readResource(file: string): StoredResource | undefined {
  try {
    const resource: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    if (!isStoredResource(resource)) throw new Error(`${file} is not a resource of the sandbox: remove its folder`);
    return resource;
  } catch (error) {
    // The other process may remove a file between our listing and our reading.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
