// Which paths can be read to their end: a named pipe is waited for until a program writes to it, which may be never.
import { statSync } from "node:fs";

/** Pipes and terminals that this process was started with, such as those of a shell's `<(command)`. */
const DESCRIPTOR = /^\/(?:dev\/(?:fd\/\d+|std(?:in|out|err))|proc\/(?:self|thread-self|\d+)\/fd\/\d+)$/;

/** Whether a path names a file descriptor of this process. */
export function isDescriptor(path: string): boolean {
  return DESCRIPTOR.test(path);
}

/** What a path is in the place of a file; undefined for a file, and for what the process was started with. */
export function describeNoFile(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile() || isDescriptor(path)) return undefined;
  if (stats.isDirectory()) return "is a folder, not a file";
  if (stats.isFIFO()) return "is a named pipe (FIFO), not a file";
  return "is a device or a socket, not a file";
}
