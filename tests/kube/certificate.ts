// Keys of a control plane: the API server's certificate, which is its own authority, and those of service account tokens.
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where a guest of QEMU's user networking finds the loopback of its host: https://wiki.qemu.org/Documentation/Networking */
export const HOST_AS_A_GUEST_SEES_IT = "10.0.2.2";

/** Paths of the files. */
export interface Keys {
  readonly certificate: string;
  readonly privateKey: string;
  /** Signs the tokens of service accounts. */
  readonly tokenKey: string;
  /** Checks them. */
  readonly tokenPublicKey: string;
}

/** Makes the keys in `folder`. */
export function makeKeys(folder: string): Keys {
  const keys: Keys = {
    certificate: join(folder, "server.crt"),
    privateKey: join(folder, "server.key"),
    tokenKey: join(folder, "tokens.key"),
    tokenPublicKey: join(folder, "tokens.pub"),
  };
  const names = `subjectAltName=IP:127.0.0.1,IP:${HOST_AS_A_GUEST_SEES_IT},DNS:localhost`;
  certify("/CN=eks-swap-tests", keys, ["-addext", names]);
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(keys.tokenKey, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  writeFileSync(keys.tokenPublicKey, publicKey.export({ type: "spki", format: "pem" }));
  return keys;
}

/** The certificate as PEM text, for those who are to trust it. */
export function readCertificate({ certificate }: Keys): string {
  return readFileSync(certificate, "utf8");
}

/**
 * A certificate by which the API server takes the bearer for the kubelet of a node, and its key, as PEM text:
 * https://kubernetes.io/docs/reference/access-authn-authz/node/
 */
export function signNode(
  { certificate: authority, privateKey: authorityKey }: Keys,
  folder: string,
  nodeName: string,
): { readonly certificate: string; readonly privateKey: string } {
  const files = { certificate: join(folder, `${nodeName}.crt`), privateKey: join(folder, `${nodeName}.key`) };
  const signed = ["-CA", authority, "-CAkey", authorityKey];
  const use = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=clientAuth"];
  certify(`/O=system:nodes/CN=system:node:${nodeName}`, files, [...signed, ...use]);
  return {
    certificate: readFileSync(files.certificate, "utf8"),
    privateKey: readFileSync(files.privateKey, "utf8"),
  };
}

function certify(subject: string, files: Pick<Keys, "certificate" | "privateKey">, more: readonly string[]): void {
  const algorithm = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "7"];
  const output = ["-keyout", files.privateKey, "-out", files.certificate];
  const { status, stderr, error } = spawnSync(
    "openssl",
    ["req", "-x509", ...algorithm, "-subj", subject, ...more, ...output],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`openssl made no certificate: ${error?.message ?? stderr}`);
}
