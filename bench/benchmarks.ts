// The benchmarks by name.
import type { Benchmark } from "./benchmark";
import { density } from "./density";
import { programBenches } from "./program/bench";
import { start } from "./start";
import { bootBenches } from "./boot";
import { peaksBenches } from "./peaks";
import { readaheadBenches } from "./readahead";
import { suites } from "./suites";
import { swapFile } from "./swap-file";
import { thrashBenches } from "./thrash";
import { userData } from "./user-data";

/** All of them, the quick ones first. */
export const benchmarks: readonly Benchmark[] = [
  userData,
  start,
  suites,
  swapFile,
  ...readaheadBenches,
  ...thrashBenches,
  ...peaksBenches,
  density,
  ...programBenches,
  ...bootBenches,
];
