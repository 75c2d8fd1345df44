// A cloud that takes its time.

/** Faults with which requests take their time, so that an end meets operations under way. */
export function slowRequests(seconds: number): readonly Readonly<Record<string, unknown>>[] {
  return ["aws:*", "kubernetes:*"].flatMap((type) =>
    ["create", "delete"].map((operation) => ({ type, operation, fault: "slow", seconds, times: 1_000_000 })),
  );
}
