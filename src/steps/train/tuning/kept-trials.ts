/**
 * Trials that have ended, one file each, so that a search that was killed goes on where it was. A file that cannot be
 * read, such as one that was cut, counts as absent, and its trial runs again.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../schema/json.ts';
import type { TriedTrial } from './tried.ts';

/** What a trial came to, without its place in the search. One that failed is not kept. */
export type KeptTrial = Pick<TriedTrial, 'metrics' | 'startedAt' | 'durationMs'> & {
  /** How long the search had been going when the trial ended, in milliseconds. */
  readonly elapsedMs: number;
};

export interface KeptTrials {
  find(trial: TrialKey): KeptTrial | undefined;
  keep(trial: TrialKey, kept: KeptTrial): void;
}

/** The folder stands for the key of the step, so this tells its trials apart. */
export interface TrialKey {
  readonly params: JsonObject;
  readonly rowShare: number;
}

export function keptTrials(folder: string): KeptTrials {
  const fileOf = ({ params, rowShare }: TrialKey): string => {
    const text = JSON.stringify([Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)), rowShare]);
    return join(folder, `trial-${createHash('sha256').update(text).digest('hex').slice(0, 32)}.json`);
  };
  return {
    find(trial) {
      try {
        const kept = JSON.parse(readFileSync(fileOf(trial), 'utf8')) as Partial<KeptTrial>;
        return typeof kept.metrics === 'object' && typeof kept.durationMs === 'number' ? (kept as KeptTrial) : undefined;
      } catch {
        return undefined;
      }
    },
    keep(trial, kept) {
      // Without a rename: the beginning of an object alone is no JSON.
      writeFileSync(fileOf(trial), JSON.stringify(kept));
    },
  };
}
