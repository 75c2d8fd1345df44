// All stories, in the order in which they are told on one chain.
import { choose } from "../support/scenario-choice";
import { blockStory } from "./stories/block";
import { destroyStory } from "./stories/destroy";
import { interruptionStory } from "./stories/interruption";
import { jobStory } from "./stories/job";
import { rollStory } from "./stories/roll";
import { storeStory } from "./stories/store";
import type { Story } from "./story";
import { verifyStory } from "./stories/verify";

const stories: readonly Story[] = [
  jobStory,
  rollStory,
  storeStory,
  interruptionStory,
  verifyStory,
  blockStory,
  destroyStory,
];

/** The stories of CI, all of them, or those whose names contain one of `only`. */
export function chooseStories(options: { readonly all: boolean; readonly only: readonly string[] | undefined }) {
  const everything = options.all || options.only !== undefined;
  return choose(stories, __dirname, { only: options.only, set: everything ? undefined : "ci" });
}
