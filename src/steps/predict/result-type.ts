/** What a prediction is written as. */
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteText } from '../../data/sql.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import type { SavedModel } from '../../models/saved-model.ts';
import type { DataSchema } from '../data-schema.ts';
import { problem } from '../problem.ts';

const SQL_TYPES: Readonly<Record<string, string>> = {
  double: 'DOUBLE',
  float: 'FLOAT',
  long: 'BIGINT',
  integer: 'INTEGER',
  int: 'INTEGER',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
};

/** The SQL type. Of classes it is that of the target in the training data, when the recipe says nothing. */
export async function resultType(engine: DataEngine, wanted: string | undefined, model: SavedModel, schema: DataSchema): Promise<string> {
  const { classes, target } = model;
  if (wanted === undefined) {
    if (classes === undefined) return 'DOUBLE';
    const known = schema.columns.find(({ name }) => name === target)?.sql_type ?? 'VARCHAR';
    return (await misfits(engine, classes, known)).length === 0 ? known : 'VARCHAR';
  }
  const type = SQL_TYPES[wanted];
  if (type === undefined)
    throw problem('bad-value', `\`result_type: ${wanted}\` is no type`, `the types are ${listNames(Object.keys(SQL_TYPES), 9)}`);
  if (classes === undefined) {
    if (type === 'BOOLEAN')
      throw problem('bad-value', '`result_type: boolean` cannot hold the numbers that a regression predicts', 'leave `result_type` out');
    return type;
  }
  const odd = await misfits(engine, classes, type);
  if (odd.length > 0)
    throw problem(
      'bad-value',
      `\`result_type: ${wanted}\` cannot hold ${odd.length === 1 ? 'the class' : 'the classes'} ${listNames(odd)}`,
      'leave `result_type` out to get the labels as they are',
    );
  return type;
}

async function misfits(engine: DataEngine, classes: readonly string[], type: string): Promise<readonly string[]> {
  if (type === 'VARCHAR' || classes.length === 0) return [];
  const rows = await engine.query(
    `SELECT label FROM (SELECT unnest([${list(classes.map(quoteText))}]) AS label) WHERE TRY_CAST(label AS ${type}) IS NULL`,
  );
  return rows.map((row) => String(row['label']));
}
