/** From the engine's events to those that reporters, logs and `--format json` see. */
import { join } from 'node:path';
import type { EngineEvent } from '../engine/events.ts';
import type { ActionEntry } from '../engine/ports.ts';
import type { RunEvent } from './events.ts';
import { plannedStep } from './planned-step.ts';
import type { Project } from './project.ts';
import { type RunRecord, sourceRun } from './run-records.ts';
import { criteriaOf, storedResult } from './step-result.ts';

export function translateEvent(event: EngineEvent, project: Project, records: readonly RunRecord[]): readonly RunEvent[] {
  switch (event.type) {
    case 'run-started': {
      const steps = event.plan.tasks.map(plannedStep);
      return [{ type: 'run-started', recipe: project.name, template: project.template.id, profile: project.loaded.profile ?? null, steps }];
    }
    case 'step-started':
      return [{ type: 'step-started', step: event.step, reasons: event.reasons }];
    case 'step-reused': {
      const { step, state, entry, isTaken } = event;
      const reused: RunEvent = {
        type: 'step-reused',
        step,
        state,
        summary: storedResult(entry).summary,
        sourceRun: sourceRun(records, step, entry.key) ?? null,
        ...(isTaken === true && { isTaken }),
        ...(entry.acceptedByHand === true && { acceptedByHand: true }),
      };
      return [reused, ...criteriaEvents(entry)];
    }
    case 'step-progress':
      return [{ type: 'step-progress', step: event.step, ...event.progress }];
    case 'step-log':
      return [{ type: 'step-log', step: event.step, stream: event.stream, line: event.line }];
    case 'step-blocked':
      return [{ type: 'step-blocked', step: event.step, by: event.by }];
    case 'step-skipped':
      return [{ type: 'step-skipped', step: event.step }];
    case 'store-warning':
      return [{ type: 'warning', code: 'STORE', severity: 'warning', message: event.message }];
    case 'step-finished': {
      if (event.status !== 'ok') {
        const error = event.status === 'failed' ? { error: event.failure } : {};
        return [{ type: 'step-finished', step: event.step, status: event.status, durationMs: event.durationMs, ...error }];
      }
      const { summary, findings } = storedResult(event.entry);
      return [
        ...findings.map((finding): RunEvent => ({ type: 'warning', step: event.step, ...finding })),
        ...criteriaEvents(event.entry),
        { type: 'step-finished', step: event.step, status: 'ok', durationMs: event.entry.durationMs, summary },
        { type: 'card-written', step: event.step, path: join('.recipe', 'outputs', event.step, 'card.html') },
      ];
    }
  }
}

function criteriaEvents(entry: ActionEntry): readonly RunEvent[] {
  return criteriaOf(entry).map(({ metric, threshold, value, result }) => ({ type: 'criterion', metric, threshold, value, result }));
}
