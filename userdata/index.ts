// The package's export `eks-swap/userdata`: what a node reads at its boot, as typed fragments and as one document.
export { assembleUserData, MOST_USER_DATA_BYTES, USER_DATA_BUDGET_BYTES } from "./assembler";
export {
  UserDataError,
  type EnvironmentFragment,
  type FileFragment,
  type Fragment,
  type NodeConfigFragment,
  type ShellFragment,
  type SystemdSections,
  type SystemdUnitFragment,
} from "./fragments";
export { renderLaunchTemplate } from "./launch-template";
export { renderAllUserData, renderUserData, swapFragments } from "./swap-fragments";
