// What AWS says about tags, the same for every service.
import { AWS_DOCS } from "./types";
import type { Rule } from "../provider/kind";
import { inputRule } from "../provider/rules";
import { isProperties, propertyAt } from "../provider/values";

const SOURCE = `${AWS_DOCS}/tag-editor/latest/userguide/tagging.html`;

function tagRule(id: string, problem: (tags: readonly (readonly [string, unknown])[]) => string | undefined): Rule {
  return inputRule(id, SOURCE, ["tags"], ({ inputs }) => {
    const tags = propertyAt(inputs, "tags");
    return isProperties(tags) ? problem(Object.entries(tags)) : undefined;
  });
}

/** Rules for the input `tags`. */
export const TAG_RULES: readonly Rule[] = [
  tagRule("aws-tags-count", (tags) => (tags.length <= 50 ? undefined : `at most 50 tags, not ${tags.length}`)),
  tagRule("aws-tags-reserved", (tags) => {
    const reserved = tags.find(([key]) => key.toLowerCase().startsWith("aws:"));
    return reserved && `the tag ${reserved[0]} starts with aws:, which is reserved`;
  }),
  tagRule("aws-tags-length", (tags) => {
    const long = tags.find(([key, value]) => key.length > 128 || String(value).length > 256);
    return long && `the tag ${long[0]} is too long: 128 characters for a key, 256 for a value`;
  }),
];
