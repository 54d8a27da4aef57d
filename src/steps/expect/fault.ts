/** Checks that cannot be made at all: expressions and patterns that the data engine does not take. Told before any is made. */
import type { ColumnInfo } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteText } from '../../data/sql.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { expressionFault } from '../../schema/row-expression.ts';
import type { Problem } from '../problem.ts';
import type { Check } from './check.ts';
import type { Numbered } from './count.ts';

/** What is wrong with the expressions and patterns, found without reading rows. */
export async function faultsOf(
  engine: DataEngine,
  { relation }: Numbered,
  checks: readonly Check[],
  columns: readonly ColumnInfo[],
): Promise<readonly Problem[]> {
  const faults: Problem[] = [];
  const patterns = new Map(
    checks.filter(({ kind, misfit }) => kind === 'matches' && misfit === undefined).map((check) => [check.at.join('\n'), check]),
  );
  for (const check of patterns.values()) {
    const fault = await faultIn(engine, `SELECT regexp_matches('', ${quoteText(String(check.expected))}) AS ok`);
    if (fault !== undefined) faults.push(problemAt(check, `this is no regular expression: ${fault}`));
  }
  const expressions = checks.filter(({ kind }) => kind === 'sql');
  const sound = expressions.filter((check) => {
    const fault = expressionFault(String(check.expected));
    if (fault !== undefined) faults.push(problemAt(check, `this is no check of a row: ${fault}`));
    return fault === undefined;
  });
  for (const { check, type, fault } of await typesOf(engine, relation, sound)) {
    if (fault !== undefined) faults.push(expressionProblem(check, fault, columns));
    else if (type !== 'BOOLEAN')
      faults.push(
        problemAt(
          check,
          `\`${nameOf(check)}\` is not true or false: the expression gives ${type}`,
          'compare it with something, such as `> 0`',
        ),
      );
  }
  return faults;
}

/** The expressions that cannot be computed for some row, such as a text that is to be a number. */
export async function faultsInRows(
  engine: DataEngine,
  { relation }: Numbered,
  checks: readonly Check[],
  columns: readonly ColumnInfo[],
  hasSecrets: boolean,
): Promise<readonly Problem[]> {
  const faults: Problem[] = [];
  for (const check of checks.filter(({ kind }) => kind === 'sql')) {
    const fault = await faultIn(engine, `SELECT ${check.count} AS n FROM ${relation}`);
    // The engine names the value that it failed at.
    if (fault !== undefined) faults.push(expressionProblem(check, hasSecrets ? fault.replace(/'.*'/u, 'a value') : fault, columns));
  }
  return faults;
}

interface Typed {
  readonly check: Check;
  readonly type?: string;
  readonly fault?: string;
}

/** All at once; one by one only when one of them is wrong. */
async function typesOf(engine: DataEngine, relation: string, checks: readonly Check[]): Promise<readonly Typed[]> {
  const describe = async (some: readonly Check[]): Promise<readonly Typed[]> => {
    const conditions = some.map(({ expected }, index) => `(\n${expected}\n) AS s${index}`);
    // Behind a filter with each expression, where no aggregate may stand.
    const filters = some.map(({ expected }) => `(\n${expected}\n) IS NULL`);
    const rows = await engine.query(`DESCRIBE SELECT ${list(conditions)} FROM ${relation} WHERE ${filters.join(' AND ')}`);
    return rows.map((row, index) => ({ check: some[index] as Check, type: String(row['column_type']) }));
  };
  if (checks.length === 0) return [];
  try {
    return await describe(checks);
  } catch {
    const typed: Typed[] = [];
    for (const check of checks) {
      try {
        typed.push(...(await describe([check])));
      } catch (error) {
        typed.push({ check, fault: firstLine(error) });
      }
    }
    return typed;
  }
}

async function faultIn(engine: DataEngine, sql: string): Promise<string | undefined> {
  try {
    await engine.query(sql);
    return undefined;
  } catch (error) {
    return firstLine(error);
  }
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/^[A-Z][A-Za-z ]* Error: /u, '').trim();
}

function expressionProblem(check: Check, fault: string, columns: readonly ColumnInfo[]): Problem {
  const absent = /Referenced column "(.*)" not found/u.exec(fault)?.[1];
  if (absent === undefined) return problemAt(check, `\`${nameOf(check)}\` cannot be checked: ${fault.replace(/!$/u, '')}`);
  const names = columns.map(({ name }) => name);
  const near = closest(absent, names);
  return {
    ...problemAt(
      check,
      `\`${nameOf(check)}\` cannot be checked: there is no column \`${absent}\``,
      near === undefined ? undefined : `did you mean \`${near}\`?`,
    ),
    code: 'unknown-column',
    label: `the columns are ${listNames(names)}`,
  };
}

function problemAt(check: Check, message: string, hint?: string): Problem {
  return { code: 'bad-value', message, place: { path: ['expect', ...check.at], at: 'value' }, ...(hint !== undefined && { hint }) };
}

/** What people call a check of rows. */
function nameOf({ at }: Check): string {
  return at[1] ?? '';
}
