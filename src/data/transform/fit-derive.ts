/** Columns from expressions of the user. */
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { expressionFault, namesIn } from '../../schema/row-expression.ts';
import { describeColumns } from '../column-type.ts';
import { fault, type TransformerBuilder } from './builder.ts';
import type { FittedOf } from './transformer.ts';

type Derived = FittedOf<'derive'>['columns'][number];

export async function derive(builder: TransformerBuilder, expressions: Readonly<Record<string, string>>): Promise<void> {
  const columns: Derived[] = [];
  for (const [name, sql] of Object.entries(expressions)) {
    const reason = expressionFault(sql);
    if (reason !== undefined) throw fault('bad-value', `the expression of \`${name}\` is not allowed: ${reason}`);
    if (builder.isReserved(name))
      throw fault(
        'bad-value',
        `\`derive\` may not make a column \`${name}\`: that is the name of the target or of a column that is not used`,
        'choose another name',
      );
    const same = [...builder.columns, ...columns].find(
      (column) => column.name !== name && column.name.toLowerCase() === name.toLowerCase(),
    );
    if (same !== undefined) throw fault('bad-value', `\`${name}\` and \`${same.name}\` are one name to SQL`, 'choose another name');
    columns.push({ name, sql, type: await typeOf(builder, name, sql) });
  }
  builder.add({ op: 'derive', columns });
  for (const { name, sql } of columns) builder.choose(name, `= ${sql}`);
}

async function typeOf(builder: TransformerBuilder, name: string, sql: string): Promise<Derived['type']> {
  try {
    // Beside the columns of its row an aggregate is refused, which alone would be a row of its own.
    const [column] = await describeColumns(builder.engine, `(SELECT (${sql}) AS x, * FROM ${builder.relation})`);
    // A run over the rows finds what a plan does not, such as a text that is no number.
    await builder.engine.query(`SELECT count(x) AS n FROM (SELECT (${sql}) AS x FROM ${builder.relation})`);
    const type = column?.type ?? 'string';
    return type === 'integer' ? 'number' : type;
  } catch (error) {
    throw await explained(builder, name, sql, error instanceof Error ? error.message : String(error));
  }
}

/** The engine's words about an expression, in ours. */
async function explained(builder: TransformerBuilder, name: string, sql: string, message: string): Promise<Error> {
  if (/must appear in the GROUP BY clause|aggregate function calls cannot/u.test(message))
    return fault(
      'bad-value',
      `the expression of \`${name}\` looks at other rows: an aggregate is one value of many rows`,
      'write an expression over the columns of one row; for what is learned from all rows there are operations such as `scale` and `target_encode`',
    );
  const column = /^Binder Error: Referenced column "(.*)" not found in FROM clause/u.exec(message)?.[1];
  if (column !== undefined) {
    const names = builder.columns.map((known) => known.name);
    const near = closest(column, names);
    return fault(
      'unknown-column',
      `the expression of \`${name}\` names the column \`${column}\`, which is not there at this point; there are ${listNames(names)}`,
      near === undefined ? undefined : `did you mean \`${near}\`?`,
    );
  }
  const called = /^Catalog Error: Scalar Function with name (.*) does not exist/u.exec(message)?.[1];
  if (called !== undefined) {
    const near = closest(called, await functionNames(builder));
    return fault(
      'bad-value',
      `the expression of \`${name}\` calls the function \`${called}\`, which does not exist`,
      near === undefined ? undefined : `did you mean \`${near}\`?`,
    );
  }
  const names = builder.columns.map((known) => known.name);
  // The engine quotes the value that it cannot convert.
  const hidden = message.startsWith('Conversion Error') ? namesIn(sql, names).filter(builder.isSensitive) : [];
  if (hidden.length > 0)
    return fault(
      'bad-value',
      `the expression of \`${name}\` cannot be computed: a value cannot be converted, and ${listNames(hidden)} is sensitive`,
      'write `try_cast(… AS …)`, which makes such a value a missing one',
    );
  const [first = ''] = message.split('\n');
  return fault('bad-value', `the expression of \`${name}\` cannot be computed: ${first.replace(/^[A-Z][A-Za-z ]* Error: /u, '')}`);
}

async function functionNames({ engine }: TransformerBuilder): Promise<readonly string[]> {
  const rows = await engine.query(
    `SELECT DISTINCT function_name AS f FROM duckdb_functions() WHERE function_type IN ('scalar', 'macro') AND regexp_full_match(function_name, '[a-z]\\w*') ORDER BY f`,
  );
  return rows.map((row) => String(row['f']));
}
