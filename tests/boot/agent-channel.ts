// The line protocol between the harness and the agent inside the machine: "ID BASE64-SCRIPT" and "ID STATUS BASE64-OUTPUT".
import { createConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a script in the machine left: its exit status, and standard output and error together. */
export interface Answer {
  readonly status: number;
  readonly output: string;
}

interface Waiter {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One connection to an agent. Scripts run one after the other, in the order in which they were sent. */
export class AgentChannel {
  readonly #socket: Socket;
  readonly #waiters = new Map<string, Waiter>();
  #unread = "";
  #sent = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#receive(bytes.toString("latin1")));
    socket.on("close", () => this.#fail(new Error("the machine went off")));
    socket.on("error", (error) => this.#fail(error));
  }

  /** Connects to QEMU's socket and waits for the agent's first line, which it writes at every boot. Gives up when `alive` says no. */
  static async connect(path: string, alive: () => boolean, timeout: number): Promise<AgentChannel> {
    const end = Date.now() + timeout;
    for (;;) {
      if (!alive() || Date.now() > end) throw new Error("QEMU offered no socket");
      const socket = await openSocket(path);
      if (socket !== undefined) {
        const channel = new AgentChannel(socket);
        await channel.#wait("hello", end - Date.now());
        return channel;
      }
      await sleep(50);
    }
  }

  async run(script: string, timeout: number): Promise<Answer> {
    this.#sent += 1;
    const answer = this.#wait(`${this.#sent}`, timeout);
    this.#socket.write(`${this.#sent} ${Buffer.from(script).toString("base64")}\n`);
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #wait(id: string, timeout: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(id);
        reject(new Error(`no answer from the machine within ${Math.round(timeout / 1000)} s`));
      }, timeout);
      const settle = <T>(then: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          then(value);
        };
      };
      this.#waiters.set(id, { resolve: settle(resolve), reject: settle(reject) });
    });
  }

  #receive(text: string): void {
    this.#unread += text;
    const lines = this.#unread.split("\n");
    this.#unread = lines.pop() ?? "";
    for (const line of lines) {
      const [id = "", status = "", output = ""] = line.trim().split(" ");
      this.#waiters.get(id)?.resolve({ status: Number(status), output: Buffer.from(output, "base64").toString() });
      this.#waiters.delete(id);
    }
  }

  #fail(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
  }
}

async function openSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}
