import { describe, expect, it } from 'vitest';
import type { ExecuteRequest, Executor } from '../../../src/engine/ports.ts';
import type { TaskName } from '../../../src/engine/task.ts';
import { inProcessExecutor, routingExecutor } from '../../../src/executors/in-process.ts';

function request(name: string, signal: AbortSignal = new AbortController().signal): ExecuteRequest {
  return {
    task: { name: name as TaskName },
    signal,
    inputs: {},
    staging: '/nowhere',
    onLog: () => {},
    onProgress: () => {},
  } as unknown as ExecuteRequest;
}

describe('tasks in the command process', () => {
  it('are done by the handler of their name', async () => {
    const executor = inProcessExecutor({ register: async ({ staging }) => ({ ok: true, result: staging, attachments: [] }) });
    expect(await executor.execute(request('register'))).toEqual({ ok: true, result: '/nowhere', attachments: [] });
    await expect(executor.execute(request('toString'))).rejects.toThrow('no handler for the task toString');
  });

  it('fail with the causes of what was thrown', async () => {
    const executor = inProcessExecutor({
      register: () => Promise.reject(new Error('no registry', { cause: new TypeError('fetch failed', { cause: 'refused' }) })),
    });
    expect(await executor.execute(request('register'))).toEqual({
      ok: false,
      failure: {
        code: 'step-failed',
        message: '`register` failed: Error: no registry',
        stack: expect.stringContaining('Error: no registry\n    at '),
        causes: ['TypeError: fetch failed', 'refused'],
      },
    });
  });

  it('are interrupted and not failed when the run stops', async () => {
    const abort = new AbortController();
    const executor = inProcessExecutor({
      register: () => {
        abort.abort();
        return Promise.reject(abort.signal.reason);
      },
    });
    const interrupted = {
      ok: false,
      failure: { code: 'interrupted', message: '`register` was stopped before it had finished', exitCode: 130 },
    };
    expect(await executor.execute(request('register', abort.signal))).toEqual(interrupted);
    expect(await executor.execute(request('register', abort.signal))).toEqual(interrupted);
  });
});

describe('routes', () => {
  function named(name: string, closed: string[]): Executor {
    return {
      execute: async () => ({ ok: true, result: name, attachments: [] }),
      close: async () => {
        closed.push(name);
      },
    };
  }

  it('lead to the executor of the task or to the fallback, and close each once', async () => {
    const closed: string[] = [];
    const own = named('own', closed);
    const executor = routingExecutor({ register: own, publish: own }, named('pool', closed));
    expect(await executor.execute(request('register'))).toMatchObject({ result: 'own' });
    expect(await executor.execute(request('train'))).toMatchObject({ result: 'pool' });
    expect(await executor.execute(request('constructor'))).toMatchObject({ result: 'pool' });
    await executor.close();
    expect(closed.sort()).toEqual(['own', 'pool']);
  });
});
