// Ports for programs that cannot choose one themselves.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that Linux gives to connections (32768 and up, net.ipv4.ip_local_port_range): one of those can be taken
 * by any connection before the program listens that it was found for.
 */
const PORTS = { from: 20_000, below: 32_768 } as const;

/** Attempts after which a port that is taken tells that something else is wrong. */
const ATTEMPTS = 20;

const given = new Set<number>();

/**
 * A port of loopback that nobody listens to, and that this process was not given and did not try before.
 * @throws Error of the system when one cannot be listened to, at the 20th attempt
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (given.has(port)) continue;
    given.add(port);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error;
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}
