// The functions of the commands that need the SDKs of Pulumi and Kubernetes, which take over a second to load, and the live
// tree that only they show. The command line loads this file when such a command is given, and never for `render` or for
// `predict` without a cluster.
export { destroy } from "../destroy";
export { drain } from "../drain/drain";
export { outputs } from "../outputs";
export { readCluster } from "../predict/cluster";
export { preview } from "../preview";
export { showGroup } from "../engine/progress";
export { refresh } from "../refresh";
export { up } from "../up";
export { verify } from "../verify/verify";
