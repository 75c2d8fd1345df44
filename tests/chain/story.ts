// What a story is: something that a user does with a chain, and what was seen of it.
import type { Chain } from "./chain";
import type { ClusterView } from "./cluster-view";

/** What a story works with. */
export interface Stage {
  readonly chain: Chain;
  readonly cluster: ClusterView;
  /** Adds a line of evidence to the report. */
  readonly see: (line: string) => void;
  /** Adds a moment to the timeline. */
  readonly mark: (moment: string, at?: string | number | null) => void;
}

/** A moment of a story. */
export interface Moment {
  readonly moment: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A story by its name. */
export interface Story {
  /** Unique, for `--only`, the sets and the report. */
  readonly name: string;
  /** Throws when the chain does not do what it must. */
  run(stage: Stage): Promise<void>;
}

/** What the report says of a story. */
export interface StoryRow {
  readonly scenario: string;
  readonly result: "passed" | "failed";
  readonly seconds: number;
  /** Why it failed. */
  readonly message: string | null;
  readonly evidence: readonly string[];
  readonly timeline: readonly Moment[];
}

/** Tells a story, and what came of it. */
export async function tell(story: Story, stage: Pick<Stage, "chain" | "cluster">): Promise<StoryRow> {
  const evidence: string[] = [];
  const timeline: Moment[] = [];
  const started = Date.now();
  let message: string | null = null;
  try {
    await story.run({
      ...stage,
      see: (line) => evidence.push(line),
      mark: (moment, at) => timeline.push({ moment, at: typeof at === "string" ? Date.parse(at) : (at ?? Date.now()) }),
    });
  } catch (error) {
    message = error instanceof Error ? error.message : String(error);
  }
  return {
    scenario: story.name,
    result: message === null ? "passed" : "failed",
    seconds: Math.round((Date.now() - started) / 1000),
    message,
    evidence,
    timeline: timeline.toSorted((one, other) => one.at - other.at),
  };
}

/** The first line that matches, without its indent; empty where none does. */
export function lineOf(text: string, pattern: RegExp): string {
  return (
    text
      .split("\n")
      .find((line) => pattern.test(line))
      ?.trim() ?? ""
  );
}
