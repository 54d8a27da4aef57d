/** From the flags that choose steps to what a plan or a run is asked for. `run` and `plan` take the same ones. */
import type { SelectionRequest } from '../app/selection.ts';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { SelectionFlags } from './flags.ts';

/** `--force` without a name. No step can be named so. */
export const FORCE_CHOSEN = '';

export function selectionOf({ step, to, from, force = [], refresh, cache }: SelectionFlags): Result<SelectionRequest> {
  const target = step ?? to;
  if (target !== to && to !== undefined) return failed([twoTargets(step ?? '', to)]);
  if (refresh === true && cache === false) return failed([refreshOfNothing()]);
  return ok({
    ...(target !== undefined && { step: target }),
    ...(from !== undefined && { from }),
    force: force.includes(FORCE_CHOSEN),
    forced: force.filter((name) => name !== FORCE_CHOSEN),
    cache: cache === false ? 'off' : refresh === true ? 'refresh' : 'use',
  });
}

function twoTargets(step: string, to: string): Diagnostic {
  return {
    code: 'usage',
    severity: 'error',
    message: `\`--step ${step}\` and \`--to ${to}\` name two ends`,
    hint: 'they mean the same; keep one of them',
  };
}

function refreshOfNothing(): Diagnostic {
  return {
    code: 'usage',
    severity: 'error',
    message: '`--refresh` keeps the new results, and `--no-cache` keeps none',
    hint: 'keep one of them; both run everything',
  };
}
