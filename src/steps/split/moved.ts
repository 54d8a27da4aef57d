/**
 * How many rows are in another part than after the last run of the step, and which settings have changed
 * since. A remark for people: it looks at files that no key knows, so nothing else may depend on it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../cards/blocks.ts';
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { EXACT_DISTINCT_ROWS } from '../../data/profile.ts';
import { list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { readJson } from '../read-json.ts';
import { formatCount, plural } from '../wording.ts';
import { PARTS } from './params.ts';

/** A row of the table of settings on the card. */
export interface Setting {
  readonly what: string;
  readonly value: string;
}

export async function movedRows(
  engine: DataEngine,
  folder: string | undefined,
  relations: readonly string[],
  settings: readonly Setting[],
): Promise<readonly Finding[]> {
  const old = PARTS.map(({ file }) => join(folder ?? '', file));
  if (folder === undefined || !old.every((path) => existsSync(path))) return [];
  try {
    const counts = await countMoved(engine, old.map(parquetRelation), relations);
    if (counts === undefined || counts.moved === 0) return [];
    const changes = changesOf(settingsOf(folder), settings);
    const why =
      changes.length > 0 ? changes.join('; ') : 'the settings are the same, so the rows around them or their columns have changed';
    const message = `${formatCount(counts.moved)} of the ${plural(counts.common, 'row')} that the last split had as well ${counts.moved === 1 ? 'is' : 'are'} in another part now, so scores of the two runs do not compare: ${why}`;
    return [{ code: 'SPLIT_MOVED', severity: 'warning', message }];
  } catch {
    // Half-written or removed in the meantime: nothing can be said.
    return [];
  }
}

/** A row is known by all columns that both have; equal rows are counted. Nothing for tables too large to compare. */
async function countMoved(
  engine: DataEngine,
  old: readonly string[],
  now: readonly string[],
): Promise<{ readonly common: number; readonly moved: number } | undefined> {
  const [before, after] = [await describeColumns(engine, old[0] as string), await describeColumns(engine, now[0] as string)];
  const names = after.filter(({ name, type }) => before.some((one) => one.name === name && one.type === type)).map(({ name }) => name);
  if (names.length === 0) return undefined;
  const [size] = await engine.query(
    `SELECT ${list([...old, ...now].map((relation, index) => `(SELECT count(*) FROM ${relation}) AS n${index}`))}`,
  );
  if (Object.values(size ?? {}).reduce<number>((sum, rows) => sum + Number(rows), 0) > 2 * EXACT_DISTINCT_ROWS) return undefined;
  const keyed = (relations: readonly string[]): string =>
    relations
      .map((relation, part) => `SELECT hash(${list(names.map(quoteIdentifier))}) AS h, ${part} AS part FROM ${relation}`)
      .join(' UNION ALL ');
  const counted = (relations: readonly string[]): string => `(SELECT h, part, count(*) AS n FROM (${keyed(relations)}) GROUP BY 1, 2)`;
  const total = (relation: string): string => `(SELECT h, sum(n) AS n FROM ${relation} GROUP BY 1)`;
  const [row] = await engine.query(
    `WITH a AS ${counted(old)}, b AS ${counted(now)}
     SELECT (SELECT coalesce(sum(least(x.n, y.n)), 0) FROM ${total('a')} x JOIN ${total('b')} y USING (h)) AS common,
            (SELECT coalesce(sum(least(a.n, b.n)), 0) FROM a JOIN b USING (h, part)) AS stayed`,
  );
  const [common, stayed] = [Number(row?.['common']), Number(row?.['stayed'])];
  return { common, moved: common - stayed };
}

/** The settings on the card of the last run. */
function settingsOf(folder: string): readonly Setting[] {
  const card = readJson(join(folder, 'card.json')) as {
    readonly sections?: readonly { readonly id: string; readonly blocks: readonly { readonly rows?: readonly Setting[] }[] }[];
  };
  return card.sections?.find(({ id }) => id === 'method')?.blocks[0]?.rows ?? [];
}

function changesOf(before: readonly Setting[], now: readonly Setting[]): readonly string[] {
  const settingOf = (settings: readonly Setting[], name: string): string | undefined => settings.find(({ what }) => what === name)?.value;
  const names = [...new Set([...now, ...before].map(({ what }) => what))].filter((what) => what !== ROWS_WITHOUT_TARGET);
  return names.flatMap((name) => {
    const [earlier, later] = [settingOf(before, name), settingOf(now, name)];
    if (earlier === later || before.length === 0) return [];
    return [`${name.toLowerCase()} ${earlier ?? 'unsaid'} → ${later ?? 'unsaid'}`];
  });
}

/** A count, and no setting. */
export const ROWS_WITHOUT_TARGET = 'Rows without a target';
