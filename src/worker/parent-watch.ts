/**
 * Ends the worker when the command that started it is gone. A step that computes never lets the
 * event loop notice the closed channel, so a thread of its own looks after the parent.
 */
import { Worker } from 'node:worker_threads';

const LOOK_MS = 1000;

/** The thread's own code: a process whose parent died gets another one. Not unref'd inside; the worker unrefs the thread. */
const WATCH = `
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, ${LOOK_MS});
`;

export function watchParent(): void {
  // Flags of the process, such as a debugger's, are not for this thread.
  new Worker(WATCH, { eval: true, execArgv: [], stdout: false, stderr: false }).unref();
}
