// systemd: unit files, unit names of paths, and environment files.
import { UserDataError, type SystemdSections } from "./fragments";
import { checkVariableName, joinLines } from "./shell";
import { own } from "../swap/own";

/**
 * A unit file. Values are taken literally: `%` is doubled, since systemd expands specifiers.
 * Source: https://www.freedesktop.org/software/systemd/man/252/systemd.unit.html#Specifiers
 */
export function renderUnit(sections: SystemdSections): string {
  const blocks = Object.entries(sections).map(([section, settings]) => {
    const lines = Object.entries(settings).flatMap(([key, values]) =>
      [values].flat().map((value) => `${key}=${literalSetting(value)}`),
    );
    return joinLines([`[${section}]`, ...lines]);
  });
  return blocks.join("\n");
}

/**
 * The name of the unit that stands for a path, as `systemd-escape --path --suffix=SUFFIX` gives it.
 * Source: https://www.freedesktop.org/software/systemd/man/252/systemd.unit.html#String%20Escaping%20for%20Inclusion%20in%20Unit%20Names
 */
export function unitNameOfPath(path: string, suffix: "mount" | "swap"): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new UserDataError(`"${path}" is not a path that a unit can stand for`);
  const escaped = parts.length === 0 ? "-" : parts.map((part, index) => escapePart(part, index === 0)).join("-");
  return `${escaped}.${suffix}`;
}

/**
 * An environment file. Inside double quotes systemd and bash both take a backslash before one of `"`, `\`, `$` and `` ` ``
 * away, and nothing else. Source: https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#EnvironmentFile=
 */
export function renderEnvironment(variables: Readonly<Record<string, string>>): string {
  const names = Object.keys(variables).toSorted();
  names.forEach(checkVariableName);
  return joinLines(
    names.map((name) => `${name}="${(own(variables, name) ?? "").replace(/["\\$`]/g, String.raw`\$&`)}"`),
  );
}

function literalSetting(value: string): string {
  if (/[\n\\]$|\n/.test(value)) throw new UserDataError(`a unit's setting is one line: ${JSON.stringify(value)}`);
  return value.replaceAll("%", "%%");
}

function escapePart(part: string, isFirst: boolean): string {
  return Array.from(Buffer.from(part, "utf8"), (byte, index) => {
    const character = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9:_.]/.test(character) && !(character === "." && index === 0 && isFirst);
    return plain ? character : String.raw`\x${byte.toString(16).padStart(2, "0")}`;
  }).join("");
}
