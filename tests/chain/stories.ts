// All stories, in the order in which they are told on one chain.
import { choose } from "../support/scenario-choice";
import { BLOCK_STORY } from "./stories/block";
import { DESTROY_STORY } from "./stories/destroy";
import { INTERRUPTION_STORY } from "./stories/interruption";
import { JOB_STORY } from "./stories/job";
import { ROLL_STORY } from "./stories/roll";
import { STORE_STORY } from "./stories/store";
import type { Story } from "./story";
import { VERIFY_STORY } from "./stories/verify";

const STORIES: readonly Story[] = [
  JOB_STORY,
  ROLL_STORY,
  STORE_STORY,
  INTERRUPTION_STORY,
  VERIFY_STORY,
  BLOCK_STORY,
  DESTROY_STORY,
];

/** The stories of CI, all of them, or those whose names contain one of `only`. */
export function chooseStories(options: { readonly all: boolean; readonly only: readonly string[] | undefined }) {
  const everything = options.all || options.only !== undefined;
  return choose(STORIES, __dirname, { only: options.only, set: everything ? undefined : "ci" });
}
