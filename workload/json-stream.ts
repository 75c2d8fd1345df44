// JSON values one after the other, as `jq '.items[]'` writes them.

/** The texts of the values; undefined for what is no such stream. */
export function splitJson(text: string): readonly string[] | undefined {
  const values: string[] = [];
  let [start, depth, isText] = [-1, 0, false];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (isText) {
      if (character === "\\") index += 1;
      else if (character === '"') isText = false;
    } else if (character === '"') {
      if (depth === 0) return undefined;
      isText = true;
    } else if (character === "{" || character === "[") {
      if (depth === 0) start = index;
      depth += 1;
    } else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth < 0) return undefined;
      if (depth === 0) values.push(text.slice(start, index + 1));
    } else if (depth === 0 && !/[\s\uFEFF]/.test(character)) {
      return undefined;
    }
  }
  return depth === 0 && !isText ? values : undefined;
}
