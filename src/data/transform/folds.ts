/**
 * The folds of training rows. A row has a number by the MD5 of its content, target included, and equal rows have numbers
 * that follow each other, so that they spread over all folds: in which one a row is does not tell its target.
 * Modulo the number of folds it is the fold.
 */
import { canonicalText } from '../canonical-text.ts';
import { compareCodeUnits } from '../code-units.ts';
import type { ColumnInfo } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { quoteIdentifier } from '../sql.ts';
import { FOLD } from './text-sql.ts';

export interface FoldedRows {
  /** What may stand after FROM to get the rows with their numbers in `FOLD`. */
  readonly relation: string;
  release(): Promise<void>;
}

let made = 0;

/** `relation` must give the same rows in the same order whenever it is read; `columns` are all that it has. */
export async function numberRows(engine: DataEngine, relation: string, columns: readonly ColumnInfo[]): Promise<FoldedRows> {
  made++;
  const table = quoteIdentifier(`__mlrecipe_folds_${made}`);
  // All columns, used or not, by name: a fold does not depend on what else a transformer does.
  const ordered = [...columns].sort((a, b) => compareCodeUnits(a.name, b.name));
  const texts = ordered.map(({ name, sqlType }) => `coalesce(${canonicalText(quoteIdentifier(name), sqlType)}, chr(30))`);
  const content = texts.flatMap((text) => ['chr(31)', text]).join(', ');
  // Half of the digits, so that there is room to count on.
  const hashed = `SELECT md5_number_lower(concat(${content})) // 4294967296 AS h, row_number() OVER () AS p FROM ${relation}`;
  const spread = `SELECT p, h + row_number() OVER (PARTITION BY h ORDER BY p) AS n FROM (${hashed})`;
  await engine.execute(`CREATE TEMPORARY TABLE ${table} AS SELECT CAST(n AS BIGINT) AS ${FOLD} FROM (${spread}) ORDER BY p`);
  return {
    relation: `(SELECT * FROM ${relation} POSITIONAL JOIN ${table})`,
    release: () => engine.execute(`DROP TABLE IF EXISTS ${table}`),
  };
}
