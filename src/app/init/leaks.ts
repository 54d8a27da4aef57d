/** Columns that know the target: those that equal it, that decide it value by value, or that nearly are a line through it. */
import type { DataEngine } from '../../data/engine.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import { list, quoteIdentifier } from '../../data/sql.ts';
import type { Row } from '../../data/table.ts';
import type { Task } from '../../recipe/metric-names.ts';
import { formatCount, percent } from '../../steps/wording.ts';

/** Pairs of values are counted on so many rows. */
const SAMPLE_ROWS = 100_000;
/** A value of which there are fewer rows may go with one target value by chance. */
const ROWS_A_VALUE = 5;
/** Rows that do not have the most frequent value of the target. */
const FEWEST_OTHERS = 5;
/** As `ingest` has it. */
const LEAK = 0.98;
/** Planning a SELECT takes time with the square of its expressions. */
const COLUMNS_A_QUERY = 40;

/** Column → what gives it away. */
export async function findLeaks(
  engine: DataEngine,
  relation: string,
  target: ColumnProfile,
  columns: readonly ColumnProfile[],
  task: Task,
): Promise<ReadonlyMap<string, string>> {
  const candidates = columns.filter(({ name, distinct }) => name !== target.name && distinct > 1);
  const sample = `(SELECT * FROM ${relation} WHERE ${quoteIdentifier(target.name)} IS NOT NULL LIMIT ${SAMPLE_ROWS})`;
  const leaks = new Map<string, string>();
  if (!(await varies(engine, sample, target))) return leaks;
  for (let from = 0; from < candidates.length; from += COLUMNS_A_QUERY) {
    const part = candidates.slice(from, from + COLUMNS_A_QUERY);
    const exact = part.map((column, index) => exactFigures(column, target, index));
    const row = (await engine.query(`SELECT ${list(exact.flat())} FROM ${sample}`))[0] ?? {};
    const lines = task === 'regression' ? await correlations(engine, sample, target, part) : new Map<string, number>();
    for (const [index, column] of part.entries()) {
      const reason = equals(row, index, target) ?? decides(row, index, target) ?? explains(lines.get(column.name));
      if (reason !== undefined) leaks.set(column.name, reason);
    }
  }
  return leaks;
}

function exactFigures(column: ColumnProfile, target: ColumnProfile, index: number): readonly string[] {
  const [x, y] = [quoteIdentifier(column.name), quoteIdentifier(target.name)];
  const same =
    isNumeric(column) && isNumeric(target)
      ? `CAST(${x} AS DOUBLE) = CAST(${y} AS DOUBLE)`
      : `CAST(${x} AS VARCHAR) = CAST(${y} AS VARCHAR)`;
  return [
    `count(${x}) AS n${index}`,
    `count(DISTINCT ${x}) AS d${index}`,
    `count(*) FILTER (${same}) AS e${index}`,
    `count(DISTINCT CASE WHEN ${x} IS NOT NULL THEN hash(${x}, ${y}) END) AS p${index}`,
  ];
}

/** Whether the target varies enough that agreement with it says something: almost everything decides an almost constant one. */
async function varies(engine: DataEngine, sample: string, { name }: ColumnProfile): Promise<boolean> {
  const [row] = await engine.query(
    `SELECT sum(n) - max(n) AS others FROM (SELECT count(*) AS n FROM ${sample} GROUP BY ${quoteIdentifier(name)})`,
  );
  return Number(row?.['others'] ?? 0) >= FEWEST_OTHERS;
}

function equals(row: Row, index: number, { name }: ColumnProfile): string | undefined {
  const present = Number(row[`n${index}`]);
  if (present === 0 || Number(row[`e${index}`]) < present) return undefined;
  return `equals \`${name}\` in every row`;
}

function decides(row: Row, index: number, { name }: ColumnProfile): string | undefined {
  const [present, distinct, pairs] = [Number(row[`n${index}`]), Number(row[`d${index}`]), Number(row[`p${index}`])];
  if (distinct < 2 || present < ROWS_A_VALUE * distinct || pairs > distinct) return undefined;
  return `each of its ${formatCount(distinct)} values goes with one \`${name}\` alone; it may be known only after the target is`;
}

function explains(share: number | undefined): string | undefined {
  if (share === undefined || share < LEAK) return undefined;
  return `explains ${percent(share)} of the target's variance alone; it may be known only after the target is`;
}

async function correlations(
  engine: DataEngine,
  sample: string,
  target: ColumnProfile,
  columns: readonly ColumnProfile[],
): Promise<ReadonlyMap<string, number>> {
  const numeric = columns.filter(isNumeric);
  if (numeric.length === 0 || !isNumeric(target)) return new Map();
  const y = `CAST(${quoteIdentifier(target.name)} AS DOUBLE)`;
  try {
    const [row] = await engine.query(
      `SELECT ${list(numeric.map(({ name }, index) => `corr(CAST(${quoteIdentifier(name)} AS DOUBLE), ${y}) AS r${index}`))} FROM ${sample}`,
    );
    return new Map(numeric.map(({ name }, index) => [name, Number(row?.[`r${index}`] ?? 0) ** 2]));
  } catch {
    // Values near the largest double overflow in the variance; no word is the honest answer.
    return new Map();
  }
}

function isNumeric({ type }: ColumnProfile): boolean {
  return type === 'number' || type === 'integer';
}
