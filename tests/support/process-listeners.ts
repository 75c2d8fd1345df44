// What a program does to the process that it runs in: unhandled rejections, and lines on the console.
import type { RecordedMessage } from "./recording";

/** Becomes the only listener for unhandled rejections until `stop`: each would end a program, and here ends the run. */
export function listenForRejections(): { reasons: readonly unknown[]; first: Promise<void>; stop(): void } {
  const others = process.listeners("unhandledRejection");
  const reasons: unknown[] = [];
  let onRejection: (reason: unknown) => void = () => undefined;
  process.removeAllListeners("unhandledRejection");
  const first = new Promise<void>((resolve) => {
    onRejection = (reason) => {
      reasons.push(reason);
      resolve();
    };
    process.on("unhandledRejection", onRejection);
  });
  return {
    reasons,
    first,
    stop() {
      process.off("unhandledRejection", onRejection);
      for (const listener of others) process.on("unhandledRejection", listener);
    },
  };
}

/** Without an engine `pulumi.log` writes to the console; those lines are recorded, all others pass. */
export function interceptMessages(onMessage: (message: RecordedMessage) => void): () => void {
  const saved = { log: console.log, warn: console.warn, error: console.error };
  const intercept = (write: (...parts: unknown[]) => void) => {
    return (...parts: unknown[]): void => {
      const [, severity, text] = /^(info|warning|error): \[runtime\] (.*)$/s.exec(String(parts[0])) ?? [];
      if (text !== undefined && (severity === "info" || severity === "warning" || severity === "error")) {
        onMessage({ severity, text });
      } else write(...parts);
    };
  };
  Object.assign(console, {
    log: intercept(saved.log),
    warn: intercept(saved.warn),
    error: intercept(saved.error),
  });
  return () => Object.assign(console, saved);
}
