/** A run of this project by what a person writes: its id, the beginning of it, or `last`. */
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { Project } from './project.ts';
import { lastRun, type RunRecord, readRunRecords } from './run-records.ts';

const LISTED_RUNS = 3;

/** `last` is the run of which the overview card speaks. */
export function findRun({ paths }: Project, wanted: string): Result<RunRecord> {
  const records = readRunRecords(paths);
  const last = lastRun(paths, records);
  if (last === undefined) return failed([mistake('no run of this project is recorded yet', 'run `npx mlrecipe run`')]);
  if (wanted === 'last') return ok(last);
  const ids = [...new Set(records.map(({ runId }) => runId))];
  const matches = ids.includes(wanted) ? [wanted] : ids.filter((id) => wanted !== '' && id.startsWith(wanted));
  if (matches.length > 1) return failed([mistake(`${matches.length} runs begin with \`${wanted}\``, `they are ${listNames(matches)}`)]);
  const found = records.findLast(({ runId }) => runId === matches[0]);
  if (found !== undefined) return ok(found);
  // Ids are copied whole, or their beginning is.
  const near = closest(wanted, ['last', ...ids, ...ids.map((id) => id.slice(0, wanted.length))]);
  const latest = records.slice(-LISTED_RUNS).reverse();
  const listed = latest.map(({ runId, time }) => `\`${runId}\` (${time.slice(0, 16).replace('T', ' ')})`).join(', ');
  const hint = near === undefined ? `the latest are ${listed}; \`last\` stands for the last one` : `did you mean \`${near}\`?`;
  return failed([mistake(`no run \`${wanted}\` is recorded in this project`, hint)]);
}

function mistake(message: string, hint: string): Diagnostic {
  return { code: 'unknown-run', severity: 'error', message, hint };
}
