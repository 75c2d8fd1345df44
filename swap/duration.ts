// Durations as Kubernetes and Karpenter write them.

const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** Seconds of a text of hours, minutes and seconds, such as `1h30m`; checked by the config already. */
export function parseDuration(text: string): number {
  return [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * (SECONDS[unit ?? ""] ?? 0),
    0,
  );
}
