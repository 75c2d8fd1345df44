// The shape of a catalogue entry.

/** One entry. `{word}` in a text is filled in from the problem's parameters. */
export interface CatalogueEntry {
  /** An error ends the program before any resource but the Stack exists; a warning is logged. */
  readonly severity: "error" | "warning";
  readonly rule: string;
  readonly remedy: string;
}

export type CatalogueEntries = Readonly<Record<string, CatalogueEntry>>;
