/** The work of the `register` step, in the command process: make the model of this run a version, if its verdict allows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecuteOutcome, ExecuteRequest } from '../engine/ports.ts';
import type { WorkerPayload } from '../executors/worker-payload.ts';
import type { Json } from '../schema/json.ts';
import type { Verdict } from '../steps/evaluate/params.ts';
import { REGISTERED_MODEL_VERSION, type RegisterParams, type Registration, registerCard } from '../steps/register.ts';
import { TrackingError } from '../tracking/ports.ts';
import { cardOf, drawCard, writeCard } from '../worker/card-files.ts';
import type { Project } from './project.ts';
import type { RunRecording } from './run-recording.ts';
import type { StoredResult } from './step-result.ts';

export async function registerModel(project: Project, recording: RunRecording, request: ExecuteRequest): Promise<ExecuteOutcome> {
  const startedAt = Date.now();
  const params = request.task.params as unknown as RegisterParams;
  const verdict = readFileSync(request.inputs['model_validation_status'] as string, 'utf8').trim() as Verdict;
  let registration: Registration;
  try {
    registration = await decideAndRegister(project, recording, params, verdict);
  } catch (error) {
    if (!(error instanceof TrackingError)) throw error;
    return {
      ok: false,
      failure: {
        code: 'tracking-failed',
        message: `the model cannot be registered in ${params.registry_uri}: ${error.message}`,
        hint: 'check `model_registry.registry_uri` and the credentials; the trained model stays cached',
      },
    };
  }
  const { registered, modelName, version, reason, source } = registration;
  writeFileSync(join(request.staging, 'registration.json'), `${JSON.stringify(registration)}\n`);
  const attachments: string[] = [];
  if (version !== undefined) {
    writeFileSync(
      join(request.staging, REGISTERED_MODEL_VERSION),
      `${JSON.stringify({ registered_model_name: modelName, registered_model_version: version })}\n`,
    );
    attachments.push(REGISTERED_MODEL_VERSION);
  }
  const result: StoredResult = {
    summary: registered ? `${modelName} version ${version}` : `skipped: ${reason}`,
    metrics: {},
    params: { model_name: modelName },
    findings: registered && verdict !== 'VALIDATED' ? [override(modelName, verdict)] : [],
    facts: { registration: registration as unknown as Json, ...(source !== undefined && { source }) },
  };
  const { card } = request.task.payload as WorkerPayload;
  const drawn = cardOf(
    { step: 'register', card, seed: request.task.seed },
    { ...result, card: registerCard(registration, params) },
    { startedAt, durationMs: Date.now() - startedAt },
  );
  attachments.push(...(await writeCard(request.staging, drawn, drawCard)));
  return { ok: true, result: result as unknown as Json, attachments };
}

async function decideAndRegister(
  project: Project,
  recording: RunRecording,
  params: RegisterParams,
  verdict: Verdict,
): Promise<Registration> {
  const common = { verdict, modelName: params.model_name, runId: recording.runId };
  if (verdict !== 'VALIDATED' && !params.allow_non_validated_model) {
    return { ...common, registered: false, reason: verdict === 'UNKNOWN' ? 'no validation_criteria' : 'the model was rejected' };
  }
  const { source, artifactUri } = await recording.model();
  const { version } = await recording.registry.createVersion({
    name: params.model_name,
    source,
    runId: recording.runId,
    tags: {
      'mlflow.source.type': 'RECIPE',
      'mlflow.pipeline.template.name': project.template.id,
      'mlrecipe.verdict': verdict,
    },
  });
  return { ...common, registered: true, version, source, artifactUri };
}

function override(name: string, verdict: Verdict) {
  return {
    code: 'REGISTER_NOT_VALIDATED',
    severity: 'warning' as const,
    message: `${name} was registered although its verdict is ${verdict}, because allow_non_validated_model is true`,
  };
}
