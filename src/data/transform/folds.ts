/**
 * The folds of training rows. A row has a number by the MD5 of its content, target included, and equal rows have numbers
 * that follow each other, so that they spread over all folds: in which one a row is does not tell its target.
 * Modulo the number of folds it is the fold.
 */
import { canonicalText } from '../canonical-text.ts';
import type { DataEngine } from '../engine.ts';
import { quoteIdentifier } from '../sql.ts';
import { baseLayer } from './compile.ts';
import { textOf } from './layer.ts';
import { FOLD } from './text-sql.ts';
import type { TransformInput } from './transformer.ts';

export interface FoldedRows {
  /** What may stand after FROM to get the rows with their numbers in `FOLD`. */
  readonly relation: string;
  release(): Promise<void>;
}

let made = 0;

/** `relation` must give the same rows in the same order whenever it is read. */
export async function numberRows(
  engine: DataEngine,
  relation: string,
  inputs: readonly TransformInput[],
  target: { readonly name: string; readonly sqlType: string },
): Promise<FoldedRows> {
  made++;
  const table = quoteIdentifier(`__mlrecipe_folds_${made}`);
  const { sql, columns, carried } = baseLayer(inputs, relation, { keep: [target.name] });
  const texts = [...columns.map(textOf), canonicalText(String(carried[0]), target.sqlType)];
  const content = texts.flatMap((text) => ['chr(31)', `coalesce(${text}, chr(30))`]).join(', ');
  // Half of the digits, so that there is room to count on.
  const hashed = `SELECT md5_number_lower(concat(${content})) // 4294967296 AS h, row_number() OVER () AS p FROM (${sql})`;
  const spread = `SELECT p, h + row_number() OVER (PARTITION BY h ORDER BY p) AS n FROM (${hashed})`;
  await engine.execute(`CREATE TEMPORARY TABLE ${table} AS SELECT CAST(n AS BIGINT) AS ${FOLD} FROM (${spread}) ORDER BY p`);
  return {
    relation: `(SELECT * FROM ${relation} POSITIONAL JOIN ${table})`,
    release: () => engine.execute(`DROP TABLE IF EXISTS ${table}`),
  };
}
