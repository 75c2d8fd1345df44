// The engine's messages carry marks for colours, such as <{%reset%}>, for its own display.

/** A message of the engine without them. */
export function withoutColourMarks(message: string): string {
  return message.replaceAll(/<\{%.*?%\}>/g, "");
}
