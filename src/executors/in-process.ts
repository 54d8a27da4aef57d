/**
 * Tasks that the command process does itself, because they talk to the tracking store and run
 * no code of the user. Must not be used for steps that load native libraries.
 */
import type { ExecuteOutcome, ExecuteRequest, Executor } from '../engine/ports.ts';
import { stoppedFailure } from './stopped.ts';

export type Handler = (request: ExecuteRequest) => Promise<ExecuteOutcome>;

/** Handlers by task name. What a handler throws becomes a failure with its causes. */
export function inProcessExecutor(handlers: Readonly<Record<string, Handler>>): Executor {
  return {
    async execute(request) {
      const { name } = request.task;
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (handler === undefined) throw new Error(`no handler for the task ${name}`);
      if (request.signal.aborted) return { ok: false, failure: stoppedFailure(name, request.signal) };
      try {
        return await handler(request);
      } catch (error) {
        return request.signal.aborted ? { ok: false, failure: stoppedFailure(name, request.signal) } : thrown(name, error);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** The executor that `routes` names for a task, else `fallback`. Closing closes all of them. */
export function routingExecutor(routes: Readonly<Record<string, Executor>>, fallback: Executor): Executor {
  return {
    execute: (request) => ((Object.hasOwn(routes, request.task.name) ? routes[request.task.name] : undefined) ?? fallback).execute(request),
    async close() {
      const executors = new Set([...Object.values(routes), fallback]);
      await Promise.all([...executors].map((executor) => executor.close()));
    },
  };
}

function thrown(name: string, error: unknown): ExecuteOutcome {
  const text = (value: unknown) => (value instanceof Error ? `${value.name}: ${value.message}` : String(value));
  const causes: string[] = [];
  for (
    let cause = (error as Error | undefined)?.cause;
    cause !== undefined && causes.length < 8;
    cause = (cause as Error | undefined)?.cause
  )
    causes.push(text(cause));
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    ok: false,
    failure: {
      code: 'step-failed',
      message: `\`${name}\` failed: ${text(error)}`,
      ...(stack !== undefined && { stack }),
      ...(causes.length > 0 && { causes }),
    },
  };
}
