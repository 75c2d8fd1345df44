// Creations whose answer got lost: the engine received an error and does not know the resource, which may exist.
// They are looked for at once, as after a run that was killed: to create them again would double them.
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { StateResource } from "../base/state";

/** The connection broke or timed out after the request was sent; a request that was refused has not been carried out. */
const UNANSWERED =
  /connection reset by peer|connection timed out|i\/o timeout|http2: client connection lost|unexpected EOF|context deadline exceeded|\bRequestTimeout(?:Exception)?\b|etcdserver: request timed out/;

/** The resources that an operation may have created although it received no answer. */
export function unansweredCreations(events: readonly EngineEvent[]): readonly StateResource[] {
  const silent = new Set(
    events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent?.severity === "error" && UNANSWERED.test(diagnosticEvent.message)
        ? [diagnosticEvent.urn ?? ""]
        : [],
    ),
  );
  return events.flatMap(({ resOpFailedEvent }) => {
    const { op, urn, new: asked } = resOpFailedEvent?.metadata ?? {};
    if ((op !== "create" && op !== "create-replacement") || urn === undefined || !silent.has(urn) || !asked) return [];
    const { type, custom = true, inputs, parent, provider } = asked;
    return [{ urn, type, custom, inputs, outputs: {}, ...(parent === "" ? {} : { parent }), provider }];
  });
}
