/**
 * Run one step from message to result: load its code, check what it left, draw its card. Knows
 * neither processes nor messages back; whatever is thrown is the caller's to report.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { RunMessage } from '../executors/worker-messages.ts';
import type { Json } from '../schema/json.ts';
import type { StepContext, StepDefinition, StepResult } from '../steps/define.ts';
import { cardOf, type DrawCard, writeCard } from './card-files.ts';
import type { StepRegistry } from './steps-registry.ts';

export interface StepOutcome {
  /** The step's result without its card, which is a file. */
  readonly result: Json;
  /** Files beside the outputs, relative to the staging folder. */
  readonly attachments: readonly string[];
}

export async function runStep(
  message: RunMessage,
  context: StepContext,
  parts: { readonly steps: StepRegistry; readonly drawCard: DrawCard },
): Promise<StepOutcome> {
  const definition = parts.steps.get(message.code);
  if (definition === undefined) throw new Error(`the worker has no step ${message.code}`);
  const startedAt = Date.now();
  const started = performance.now();
  const run = await definition.load();
  const result = await run(context);
  checkOutputs(definition, message.staging);
  const card = cardOf(message, result, { startedAt, durationMs: performance.now() - started });
  return { result: plain(result), attachments: await writeCard(message.staging, card, parts.drawCard) };
}

function checkOutputs({ name, outputs }: StepDefinition, staging: string): void {
  const missing = Object.values(outputs).filter((path) => !existsSync(join(staging, path)));
  if (missing.length > 0) throw new Error(`the step ${name} has ended without writing ${missing.join(', ')}`);
}

/** As JSON, which is how the store keeps it. Non-finite metrics are left out. */
function plain({ card: _, ...result }: StepResult): Json {
  const metrics = Object.fromEntries(Object.entries(result.metrics).filter(([, value]) => Number.isFinite(value)));
  return JSON.parse(JSON.stringify({ ...result, metrics })) as Json;
}
