// The benchmarks by name.
import type { Benchmark } from "./benchmark";
import { DENSITY } from "./density";
import { programBenches } from "./program/bench";
import { START } from "./start";
import { bootBenches } from "./boot";
import { PEAKS_BENCHES } from "./peaks";
import { READAHEAD_BENCHES } from "./readahead";
import { SUITES } from "./suites";
import { SWAP_FILE } from "./swap-file";
import { thrashBenches } from "./thrash";
import { USER_DATA } from "./user-data";

/** All of them, the quick ones first. */
export const BENCHMARKS: readonly Benchmark[] = [
  USER_DATA,
  START,
  SUITES,
  SWAP_FILE,
  ...READAHEAD_BENCHES,
  ...thrashBenches,
  ...PEAKS_BENCHES,
  DENSITY,
  ...programBenches,
  ...bootBenches,
];
