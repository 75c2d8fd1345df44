// Who asks for a token: the identity that the stack's `aws` config gives, carried into the kubeconfig.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** An identity as `aws eks get-token` takes it: https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html */
export interface Identity {
  /** Profile of the shared AWS configuration. */
  readonly profile?: string | undefined;
  /** ARN of the role to assume, from that profile or from what the environment gives. */
  readonly roleArn?: string | undefined;
}

/** Fields of `aws:assumeRoles` that the token does not need: they name, shorten or narrow the session. */
const WITHOUT_EFFECT = ["duration", "policy", "policyArns", "sessionName"];

const PROFILE_INSTEAD = "put it into a profile of the shared AWS configuration and set aws:profile";

/**
 * The identity of the AWS provider that a stack's config makes. What comes from environment variables is none: the
 * kubeconfig's command reads them too.
 *
 * @throws RunError, naming each key that `aws eks get-token` has no parameter for. Without it the token would be that
 *   of whoever the environment says, who is not who made the cluster.
 */
export function identityOfStack(): Identity {
  const { profile, assumeRoles = [] } = aws.config;
  const [role] = assumeRoles;
  const problems = [...refuseRoles(assumeRoles), ...refuseKeys()];
  if (problems.length > 0) {
    throw new pulumi.RunError(
      [`the identity of the AWS provider cannot be carried into the kubeconfig:`, ...problems].join("\n  - "),
    );
  }
  return { profile, roleArn: role?.roleArn };
}

function refuseRoles(roles: readonly object[]): readonly string[] {
  if (roles.length > 1) {
    return [
      `aws:assumeRoles: ${roles.length} roles. aws eks get-token assumes one: chain them by source_profile, and ${PROFILE_INSTEAD}.`,
    ];
  }
  const fields = roles.flatMap((role) => Object.keys(role));
  return fields
    .filter((field) => field !== "roleArn" && !WITHOUT_EFFECT.includes(field))
    .map((field) => `aws:assumeRoles[0].${field}: aws eks get-token has no parameter for it; ${PROFILE_INSTEAD}.`);
}

/** Keys that only the provider reads, and what both the provider and the `aws` command read instead. */
function refuseKeys(): readonly string[] {
  const variables = {
    accessKey: ["AWS_ACCESS_KEY_ID"],
    secretKey: ["AWS_SECRET_ACCESS_KEY"],
    token: ["AWS_SESSION_TOKEN"],
    assumeRoleWithWebIdentity: ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"],
    sharedConfigFiles: ["AWS_CONFIG_FILE"],
    sharedCredentialsFiles: ["AWS_SHARED_CREDENTIALS_FILE"],
  };
  const config = new pulumi.Config("aws");
  return Object.entries(variables)
    .filter(([key]) => config.get(key) !== undefined)
    .map(
      ([key, names]) =>
        `aws:${key}: the kubeconfig's aws command does not see it. Unset it, and set ${names.join(" and ")} in the environment: provider and command both read that.`,
    );
}

/** Adds an identity to the `aws` command of every user of a kubeconfig, which is JSON. */
export function addIdentity(kubeconfig: string, { profile, roleArn }: Identity): string {
  const parameters = [
    ...(profile === undefined ? [] : ["--profile", profile]),
    ...(roleArn === undefined ? [] : ["--role-arn", roleArn]),
  ];
  if (parameters.length === 0) return kubeconfig;
  return JSON.stringify(JSON.parse(kubeconfig), (key, value: unknown) =>
    key === "exec" && isCommand(value) ? { ...value, args: [...value.args, ...parameters] } : value,
  );
}

function isCommand(value: unknown): value is { readonly args: readonly string[] } {
  return typeof value === "object" && value !== null && "args" in value && Array.isArray(value.args);
}
