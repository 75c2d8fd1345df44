// The package's export `eks-swap/config`: plain values, with the defaults and the checks of the stack config.
export type { ProblemId } from "./catalogue/catalogue";
export { ConfigError, formatProblem, type Problem } from "./catalogue/problems";
export type { PoolsInput, SettingsInput } from "./schema/config";
export {
  readPools,
  readSettings,
  type AmiSettings,
  type ExistingPlatformSettings,
  type NetworkSettings,
  type NewPlatformSettings,
  type PoolSettings,
  type Settings,
} from "./settings";
export { loadPools, loadSettings } from "./stack-config";
