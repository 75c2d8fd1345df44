// What the process of operate.ts has to do, and what it reports.
import { z } from "zod";

/** `record`: eks-swap, and a recording for the bare program is written. */
export const orderSchema = z.object({
  side: z.enum(["eksSwap", "bare", "record"]),
  /** Made if need be: project and backend of the stack. */
  folder: z.string(),
  /** File of the recording. */
  recording: z.string(),
  /** The whole `config` of the stack. */
  config: z.record(z.string(), z.unknown()),
  /** Variables that lead the engine to the sandbox. */
  environment: z.record(z.string(), z.string()),
});

export const livedSchema = z.object({
  /** By operation. */
  seconds: z.record(z.string(), z.number()),
  peaks: z.object({ program: z.number(), engine: z.number() }),
  /** Of everything that was there after `up`, sorted. */
  urns: z.array(z.string()),
});

export type Order = z.infer<typeof orderSchema>;
export type Lived = z.infer<typeof livedSchema>;
