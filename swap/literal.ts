// Texts in the languages of Prometheus (PromQL) and of Kubernetes' policies (CEL), whose strings are both written as Go's.

/**
 * A text with its quotes, in ASCII: whatever is no plain character is written as its code.
 * Sources: https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals,
 * https://github.com/google/cel-spec/blob/v0.24.0/doc/langdef.md#string-and-bytes-values
 */
export function literal(text: string): string {
  const written = Array.from(text, (character) => {
    if (/^[ \w.,:;/@+=()[\]{}<>!?*^&|~#$%'-]$/.test(character)) return character;
    // Half a character is no text anywhere, and its replacement no text to Prometheus.
    const code = /\p{Cs}/u.test(character) ? 0x3f : (character.codePointAt(0) ?? 0);
    return `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${written.join("")}"`;
}
