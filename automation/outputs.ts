// outputs: what a stack exports.
import type { OutputMap } from "@pulumi/pulumi/automation";
import { withStack } from "./engine/open-stack";
import type { StackOptions } from "./base/stack-options";

/** What stands for a secret that is not shown. */
const SECRET = "[secret]";

/** What outputs are shown. */
export interface OutputsOptions extends StackOptions {
  /** Shows secrets, such as the kubeconfig, in plain text. Default: false. */
  readonly showSecrets?: boolean | undefined;
}

/**
 * The outputs of a stack, by name.
 * @throws ExplainedError when the stack is missing or its passphrase is wrong
 */
export async function outputs(options: OutputsOptions): Promise<Readonly<Record<string, unknown>>> {
  return withStack(
    options,
    "fail",
    async ({ stack }) => {
      return shownOutputs(await stack.outputs(), options.showSecrets ?? false);
    },
    "look",
  );
}

function shownOutputs(map: OutputMap, showSecrets: boolean): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(map).map(([name, { value, secret }]) => {
      const shown: unknown = secret && !showSecrets ? SECRET : value;
      return [name, shown];
    }),
  );
}
