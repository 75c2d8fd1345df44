// Keeps the engine's own connections on this machine away from an HTTP proxy.

/** Names of this machine. */
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/**
 * Adds this machine to the hosts that need no proxy, in this process and what it starts. The engine and the program talk
 * over gRPC on 127.0.0.1, and the library for Node.js sends that to `https_proxy` too.
 * Source: https://github.com/grpc/grpc-node/blob/master/packages/grpc-js/src/http_proxy.ts
 */
export function spareLoopback(environment: NodeJS.ProcessEnv = process.env): void {
  for (const name of ["no_proxy", "NO_PROXY"] as const) {
    const given = environment[name] ?? environment[name === "no_proxy" ? "NO_PROXY" : "no_proxy"] ?? "";
    const hosts = given.split(",").map((host) => host.trim());
    environment[name] = [...new Set([...hosts, ...LOOPBACK])].filter(Boolean).join(",");
  }
}
