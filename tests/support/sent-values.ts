// Values as Pulumi's SDK sends them to the engine.
import * as pulumi from "@pulumi/pulumi";
import type { RecordedOutputs } from "./recording";

/** Takes the markers of secrets out of what the SDK sends, and says where they were. */
export function unwrapSecrets(sent: unknown): RecordedOutputs {
  const secrets: string[] = [];
  const walk = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((element, index) => walk(element, `${path}[${index}]`));
    if (!isRecord(value)) return value;
    if (value[pulumi.runtime.specialSigKey] === pulumi.runtime.specialSecretSig) {
      secrets.push(path);
      return walk(value["value"], path);
    }
    return walkRecord(value, path);
  };
  const walkRecord = (value: Record<string, unknown>, path: string): Record<string, unknown> => {
    const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
      return [key, walk(inner, path === "" ? key : `${path}.${key}`)];
    });
    return Object.fromEntries(entries);
  };
  return { values: walkRecord(toRecord(sent ?? {}), ""), secrets };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function toRecord(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new TypeError(`not an object: ${JSON.stringify(value)}`);
  return value;
}
