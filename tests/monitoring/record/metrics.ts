// What exporters show, one look after the other, as series.
import { z } from "zod";
import { SOURCES } from "../../../monitoring/series";

/** A look at all exporters. */
export const lookSchema = z.object({
  /** Seconds since 1970. */
  at: z.number(),
  /** Exposition text by `instance`, which is how a collector knows an exporter. */
  texts: z.record(z.string(), z.string()),
});

export type Look = z.infer<typeof lookSchema>;

/** Series over time: a value for each look, null where there was none. */
export const recordedSchema = z.object({
  kubernetes: z.string(),
  /** Seconds since the first look. */
  seconds: z.array(z.number()),
  series: z.record(z.string(), z.array(z.number().nullable())),
});

export type RecordedSamples = z.infer<typeof recordedSchema>;

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;

/** Joins looks, and leaves out what neither rules nor panels read. Format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function joinLooks(kubernetes: string, looks: readonly Look[]): RecordedSamples {
  const series: Record<string, (number | null)[]> = {};
  for (const [index, { texts }] of looks.entries()) {
    for (const [instance, text] of Object.entries(texts)) {
      for (const line of text.split("\n")) {
        const [, name = "", labels = "", value = ""] = LINE.exec(line) ?? [];
        if (!(name in SOURCES)) continue;
        const key = `${name}{${labels === "" ? "" : `${labels},`}instance="${instance}"}`;
        const values = (series[key] ??= looks.map(() => null));
        values[index] = Number(value);
      }
    }
  }
  const first = looks[0]?.at ?? 0;
  return { kubernetes, seconds: looks.map(({ at }) => Math.round(at - first)), series };
}
