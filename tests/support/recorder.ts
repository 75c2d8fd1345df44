// A strict recorder: runs a program on Pulumi's mocks and fails on all that mocks let pass without a word.
// Pulumi's own mocks see type, name and inputs of a resource. Parent, dependencies, provider and options are in the
// request that its SDK makes to the engine, so the recorder stands in for the engine's resource monitor and reads them there.
import { setImmediate, setTimeout } from "node:timers/promises";
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { CLOUD, type Cloud } from "./cloud";
import { interceptMessages, listenForRejections } from "./process-listeners";
import { PROVIDER_PREFIX, Recording, STACK_TYPE, type RecordedOptions } from "./recording";
import { toRecord, unwrapSecrets } from "./sent-values";

export interface RecorderOptions {
  /** Stack config as Pulumi keeps it: full keys, structured values as JSON text. */
  readonly config?: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly stack?: string;
  /** Answers that differ from those of {@link CLOUD}. */
  readonly cloud?: Partial<Cloud>;
}

/** Thrown when the program failed or broke a rule; `recording` holds what it did until then. */
export class RecorderError extends Error {
  readonly problems: readonly string[];
  readonly recording: Recording;

  constructor(problems: readonly string[], recording: Recording, cause: unknown) {
    super(problems.join("\n"), { cause });
    this.name = "RecorderError";
    this.problems = problems;
    this.recording = recording;
  }
}

/**
 * Runs a program, whose result is the Stack's outputs, to its end. Can be called any number of times in a process, one
 * run after the other.
 * @throws RecorderError, with every problem, when the program throws, logs an error or leaves a rejection unhandled (an
 *   exception inside `apply` is one); when it uses a type or a function that `cloud` has no answer for; when two
 *   resources have one URN; when a resource has no parent but the Stack, or a name that does not begin with its
 *   parent's; when a component registers no outputs.
 */
export async function record(program: () => unknown, options: RecorderOptions = {}): Promise<Recording> {
  const recording = new Recording();
  const problems: string[] = [];
  const monitor = new RecordingMonitor(recording, problems, {
    resources: { ...CLOUD.resources, ...options.cloud?.resources },
    functions: { ...CLOUD.functions, ...options.cloud?.functions },
  });
  pulumi.runtime.setAllConfig({ ...options.config });
  pulumi.runtime.setMockOptions(monitor, options.project ?? "eks-swap", options.stack ?? "test");
  const rejections = listenForRejections();
  const restoreConsole = interceptMessages((message) => recording.messages.push(message));
  let failure: unknown;
  try {
    // What waits for something that was rejected waits for ever, as does the program's end.
    await Promise.race([runToEnd(program, recording), rejections.first]);
  } catch (error) {
    failure = error;
    problems.push(describe(error));
    await Promise.race([drain(recording), rejections.first]);
  } finally {
    // One rejection brings others, some turns of the event loop later.
    if (rejections.reasons.length > 0) await setTimeout(50);
    restoreConsole();
    rejections.stop();
  }
  problems.push(
    ...rejections.reasons
      .filter((reason) => reason !== failure)
      .map((reason) => `unhandled rejection: ${describe(reason)}`),
  );
  problems.push(...findBrokenRules(recording));
  if (problems.length > 0) throw new RecorderError([...new Set(problems)], recording, failure);
  return recording;
}

/** Pulumi's own types of these say `any` of the inputs. */
type NewResource = Pick<pulumi.runtime.MockResourceArgs, "type" | "name"> & { readonly inputs: unknown };
type NewCall = Pick<pulumi.runtime.MockCallArgs, "token"> & { readonly inputs: unknown };

class RecordingMonitor extends MockMonitor {
  readonly #recording: Recording;
  readonly #problems: string[];

  constructor(recording: Recording, problems: string[], answers: Cloud) {
    super({
      newResource: ({ type, name, inputs }: NewResource) => {
        const answer = answers.resources[type];
        if (answer === undefined) throw new Error(`no answer for a resource of type ${type} (${name})`);
        return answer(name, toRecord(inputs));
      },
      call: ({ token, inputs }: NewCall) => {
        const answer = answers.functions[token];
        if (answer === undefined) {
          // The SDK drops the message of an error that a function answers with.
          problems.push(`no answer for the function ${token}`);
          throw new Error(problems.at(-1));
        }
        recording.calls.push({ token, inputs: toRecord(inputs) });
        return answer(toRecord(inputs));
      },
    });
    this.#recording = recording;
    this.#problems = problems;
  }

  override async registerResource(
    request: RegisterResourceRequest,
    callback: (error: unknown, response: { getUrn(): string } | undefined) => void,
  ): Promise<void> {
    await super.registerResource(request, (error: unknown, response: { getUrn(): string } | undefined) => {
      if (response === undefined) this.#problems.push(describe(error));
      else this.#add(response.getUrn(), request);
      callback(error, response);
    });
  }

  override registerResourceOutputs(
    request: RegisterResourceOutputsRequest,
    callback: (error: unknown, response: unknown) => void,
  ): void {
    this.#recording.outputs.set(request.getUrn(), unwrapSecrets(request.getOutputs()?.toJavaScript()));
    super.registerResourceOutputs(request, callback);
  }

  override async readResource(
    request: ReadResourceRequest,
    callback: (error: unknown, response: unknown) => void,
  ): Promise<void> {
    this.#recording.reads.push({ type: request.getType(), name: request.getName(), id: request.getId() });
    await super.readResource(request, (error: unknown, response: unknown) => {
      if (response === undefined) this.#problems.push(describe(error));
      callback(error, response);
    });
  }

  #add(urn: string, request: RegisterResourceRequest): void {
    const { values, secrets } = unwrapSecrets(request.getObject()?.toJavaScript());
    if (this.#recording.resources.some((resource) => resource.urn === urn)) {
      this.#problems.push(`two resources have the URN ${urn}`);
    }
    this.#recording.resources.push({
      urn,
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent() === "" ? null : request.getParent(),
      custom: request.getCustom(),
      remote: request.getRemote(),
      inputs: values,
      secretInputs: secrets,
      dependencies: request.getDependenciesList(),
      // A reference is the provider's URN, two colons and its id.
      provider: request.getProvider() === "" ? null : request.getProvider().replace(/::[^:]*$/, ""),
      options: readOptions(request),
    });
  }
}

function readOptions(request: RegisterResourceRequest): RecordedOptions {
  const limits = request.getCustomtimeouts();
  const timeouts: readonly (readonly [string, string])[] = [
    ["create", limits?.getCreate() ?? ""],
    ["update", limits?.getUpdate() ?? ""],
    ["delete", limits?.getDelete() ?? ""],
  ];
  const set = timeouts.filter(([, limit]) => limit !== "");
  const ignored = request.getIgnorechangesList();
  const replacing = request.getReplaceonchangesList();
  const deletedWith = request.getDeletedwith();
  const transforms = request.getTransformsList().length;
  return {
    ...(set.length > 0 ? { customTimeouts: Object.fromEntries(set) } : {}),
    ...(request.hasProtect() ? { protect: request.getProtect() === true } : {}),
    ...(request.hasRetainondelete() ? { retainOnDelete: request.getRetainondelete() === true } : {}),
    ...(request.getDeletebeforereplacedefined() ? { deleteBeforeReplace: request.getDeletebeforereplace() } : {}),
    ...(ignored.length > 0 ? { ignoreChanges: ignored } : {}),
    ...(replacing.length > 0 ? { replaceOnChanges: replacing } : {}),
    ...(deletedWith === "" ? {} : { deletedWith }),
    ...(transforms > 0 ? { transforms } : {}),
  };
}

function findBrokenRules({ resources, outputs, messages }: Recording): readonly string[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const problems = messages.filter(({ severity }) => severity === "error").map(({ text }) => `logged: ${text}`);
  for (const { urn, type, name, parent, custom, remote } of resources) {
    if (type === STACK_TYPE) continue;
    const label = `${name} (${type})`;
    const owner = byUrn.get(parent ?? "");
    if (owner === undefined || owner.type === STACK_TYPE) {
      if (custom && !type.startsWith(PROVIDER_PREFIX)) problems.push(`${label} has no parent`);
    } else if (!name.startsWith(`${owner.name}-`)) {
      problems.push(`${label} has a name that does not begin with that of its parent, ${owner.name}-`);
    }
    // Without a call of registerOutputs the SDK registers none.
    if (!custom && !remote && Object.keys(outputs.get(urn)?.values ?? {}).length === 0) {
      problems.push(`${label} does not register outputs`);
    }
  }
  return problems;
}

async function runToEnd(program: () => unknown, recording: Recording): Promise<void> {
  await pulumi.runtime.runInPulumiStack(async () => Promise.resolve(program()));
  await drain(recording);
}

/** Waits until nothing is registered any more: a resource that is made inside `apply` comes late. */
async function drain(recording: Recording): Promise<void> {
  let seen = -1;
  while (seen !== recording.resources.length) {
    seen = recording.resources.length;
    await pulumi.runtime.disconnect();
    // Node announces unhandled rejections between two turns of its event loop.
    await setImmediate();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
