/** Who executes the steps: worker processes, and the command process for `register`, which writes to the registry. */
import { join } from 'node:path';
import type { Executor } from '../engine/ports.ts';
import { inProcessExecutor, routingExecutor } from '../executors/in-process.ts';
import { LocalPool } from '../executors/local-pool.ts';
import { withPolicy } from '../executors/with-policy.ts';
import { custom } from '../steps/custom.ts';
import type { StepName } from '../steps/define.ts';
import { packageRoot } from './package-root.ts';
import type { Project } from './project.ts';
import { registerModel } from './register.ts';
import { memoryLimit, stepEnvironment, workersOf } from './resources.ts';
import type { RunRecording } from './run-recording.ts';

export interface StepExecutorOptions {
  /** The step to open in a debugger: it gets a worker of its own, so that the ones before it do not stop. */
  readonly inspect: string | undefined;
  readonly likely: readonly StepName[];
  readonly nodeFlags: readonly string[];
}

/** `likely` are the steps that will run: the worker imports their code while the first inputs are looked at. */
export function stepExecutor(project: Project, recording: () => RunRecording, options: StepExecutorOptions): Executor {
  const pool = (inspect: boolean): LocalPool =>
    new LocalPool({
      entry: join(packageRoot(), 'dist', 'worker', 'main.js'),
      root: project.paths.root,
      env: { ...project.env, ...stepEnvironment(project) },
      failureFolder: join(project.paths.logs, 'failed'),
      inspect,
      nodeFlags: options.nodeFlags,
      concurrency: inspect ? 1 : workersOf(project),
      memoryLimitBytes: memoryLimit(project),
    });
  const workers = pool(false);
  const unwatched = options.likely.filter((step) => step !== options.inspect);
  if (unwatched.length > 0) workers.warm([...new Set(unwatched.map((step) => (project.customSteps.has(step) ? custom.name : step)))]);
  const register = inProcessExecutor({ register: (request) => registerModel(project, recording(), request) });
  // A step that waits for a debugger takes the time that it takes.
  return routingExecutor(
    { register: withPolicy(register), ...(options.inspect !== undefined && { [options.inspect]: pool(true) }) },
    withPolicy(workers),
  );
}
