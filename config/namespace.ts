// The config's namespace.

/** The project's name, before the colon of every key of the stack config. */
export const NAMESPACE = "eks-swap";
