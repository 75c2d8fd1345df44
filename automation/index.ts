// The package's export for pipelines: the operations on a stack as functions that return results.
export { ConfigError } from "../config/problems";
export type { ChangeKind, ResourceChange } from "./changes";
export type { ConfigOverrides } from "./config-override";
export {
  destroy,
  drainStack as drain,
  type DestroyOptions,
  type DestroyResult,
  type DrainStackOptions as DrainOptions,
} from "./destroy";
export type { DrainResult, RemainingNodeClaim } from "./drain";
export { EXIT, ExplainedError, type ExitCode } from "./exit-code";
export { GATES, type Gate, type Refusal } from "./gates";
export type { Orphan } from "./orphans";
export { outputs, type OutputsOptions } from "./outputs";
export type { PolicyOptions } from "./policy-packs";
export { preview, type PreviewOptions } from "./preview";
export { refresh, type RefreshResult } from "./refresh";
export { RefusedError } from "./refusal";
export { reviewMarkdown } from "./markdown";
export type { JudgedRefusal, PoolOutlook, Review, ReviewOptions } from "./review";
export type { OperationName, OperationProgress, StackOptions } from "./stack-options";
export { up, type UpOptions, type UpResult } from "./up";
export type { CanaryVerdict } from "./verify-canary";
export type { NodeVerdict } from "./verify-judgement";
export type { CanaryOptions, PoolVerdict, VerifyResult } from "./verify";
export { verifyStack as verify, type VerifyStackOptions as VerifyOptions } from "./verify-stack";
