/**
 * Workers and recording of one run, started when the first step needs them: a run that only
 * restores loads neither, and a restore that meets a damaged blob still finds both.
 */
import { type Diagnostic, failed, type Result } from '../diagnostics/diagnostic.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { ExecuteOutcome, ExecuteRequest, Executor } from '../engine/ports.ts';
import type { StepName } from '../steps/define.ts';
import type { Project } from './project.ts';
import type { RunRecording } from './run-recording.ts';
import { isServer, trackingAddress } from './tracking-target.ts';
import type { Workspace } from './workspace.ts';

export interface ExecutionOptions {
  readonly startedAt: number;
  /** The steps that will probably run. */
  readonly likely: readonly StepName[];
  readonly step: string | undefined;
  readonly inspect: string | undefined;
  readonly nodeFlags: readonly string[];
  /** Whether the model may be registered. */
  readonly registers: boolean;
}

export class Execution implements Executor {
  readonly #project: Project;
  readonly #workspace: Workspace;
  readonly #options: ExecutionOptions;
  /** What happened before the recording began, to be told to it. */
  #seen: EngineEvent[] = [];
  #recording: RunRecording | undefined;
  #executor: Executor | undefined;
  #begun: Promise<Result<RunRecording>> | undefined;

  constructor(project: Project, workspace: Workspace, options: ExecutionOptions) {
    this.#project = project;
    this.#workspace = workspace;
    this.#options = options;
  }

  get recording(): RunRecording | undefined {
    return this.#recording;
  }

  begin(): Promise<Result<RunRecording>> {
    this.#begun ??= this.#start();
    return this.#begun;
  }

  observe(event: EngineEvent): void {
    if (this.#recording === undefined) this.#seen.push(event);
    else this.#recording.observe(event);
  }

  async execute(request: ExecuteRequest): Promise<ExecuteOutcome> {
    const begun = await this.begin();
    if (!begun.ok) {
      const [{ code = 'tracking-failed', message = 'the run cannot be recorded', hint } = {}] = begun.diagnostics;
      return { ok: false, failure: { code, message, ...(hint !== undefined && { hint }) } };
    }
    return (this.#executor as Executor).execute(request);
  }

  /** When the record has taken all it needs of the results told so far. */
  async settled(): Promise<void> {
    await this.#recording?.settled();
  }

  async close(): Promise<void> {
    await this.#executor?.close();
  }

  async #start(): Promise<Result<RunRecording>> {
    const { stepExecutor } = await import('./step-executor.ts');
    const { inspect, likely, nodeFlags } = this.#options;
    let recording: RunRecording | undefined;
    // The worker starts up while the store is opened.
    this.#executor = stepExecutor(this.#project, () => recording as RunRecording, { inspect, likely, nodeFlags });
    const refused = await refusedByServers(this.#project, this.#options.registers);
    const started =
      refused.length > 0 ? failed<RunRecording>(refused) : await startRecording(this.#project, this.#workspace, this.#options);
    if (!started.ok) {
      await this.#executor.close();
      return started;
    }
    recording = started.value;
    this.#recording = recording;
    for (const event of this.#seen) recording.observe(event);
    this.#seen = [];
    return started;
  }
}

/** A server that does not answer, or not us, would be found out after the steps have spent their time. One that is busy is waited for. */
async function refusedByServers(project: Project, registers: boolean): Promise<readonly Diagnostic[]> {
  const { trackingUri, registryUri } = trackingAddress(project);
  if (![trackingUri, registryUri].some(isServer)) return [];
  const { askTracking } = await import('./servers.ts');
  const answers = await askTracking(project, { registers });
  return answers.flatMap(({ diagnostic, isPassing }) => (diagnostic === undefined || isPassing === true ? [] : [diagnostic]));
}

export async function startRecording(
  project: Project,
  workspace: Workspace,
  { startedAt, step }: { readonly startedAt: number; readonly step: string | undefined },
): Promise<Result<RunRecording>> {
  const { openRecording } = await import('./run-recording.ts');
  return openRecording(project, workspace, { startedAt, ...(step !== undefined && { step }) });
}
