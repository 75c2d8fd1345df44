// The parts of a resource's URN: `urn:pulumi:STACK::PROJECT::PARENT_TYPES$TYPE::NAME`.
// Source: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns

/** Types of a resource's parents and of the resource, outermost first. */
export function typeChain(urn: string): readonly string[] {
  return urn.split("::")[2]?.split("$") ?? [];
}

/** The type token of a resource, such as `aws:ec2/vpc:Vpc`. */
export function typeOf(urn: string): string {
  return typeChain(urn).at(-1) ?? "";
}

/** The logical name, which may itself have `::` in it; empty for a text that is no URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/**
 * Whether Pulumi made this provider by itself, because a resource names none. `pulumi` neither shows nor counts these.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/providers/reference.go
 */
export function isDefaultProvider(urn: string): boolean {
  return typeOf(urn).startsWith("pulumi:providers:") && /^default(?:_|$)/.test(nameOf(urn));
}
