// The package's export for pipelines: the operations on a stack as functions that return results.
export { ConfigError } from "../config/catalogue/problems";
export type { ChangeKind, ResourceChange } from "./base/changes";
export type { ConfigOverrides } from "./base/override";
export {
  destroy,
  drainStack as drain,
  type DestroyOptions,
  type DestroyResult,
  type DrainStackOptions as DrainOptions,
} from "./destroy";
export type { DrainResult, RemainingNodeClaim } from "./drain/node-pools";
export { ExplainedError } from "./base/errors";
export { EXIT, type ExitCode } from "./base/exit-codes";
export { GATES, type Gate, type Refusal } from "./review/gates";
export type { Orphan } from "./recovery/orphans";
export { outputs, type OutputsOptions } from "./outputs";
export type { PolicyOptions } from "./engine/policy-packs";
export { preview, type PreviewOptions } from "./preview";
export { refresh, type RefreshResult } from "./refresh";
export { RefusedError } from "./review/refusal";
export { reviewMarkdown } from "./review/markdown";
export type { JudgedRefusal, PoolOutlook, Review, ReviewOptions } from "./review/review";
export type { OperationName, OperationProgress, StackOptions } from "./base/stack-options";
export { up, type UpOptions, type UpResult } from "./up";
export type { CanaryVerdict } from "./verify/canary";
export type { NodeVerdict } from "./verify/judgement";
export type { CanaryOptions, PoolVerdict, VerifyResult } from "./verify/pools";
export { verifyStack as verify, type VerifyStackOptions as VerifyOptions } from "./verify/verify";
