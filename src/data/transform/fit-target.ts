/**
 * Target encoding with cross-fitting, as scikit-learn's TargetEncoder does it: the mean of the target for each
 * level, drawn to the mean of all rows. Micci-Barreca, A preprocessing scheme for high-cardinality categorical
 * attributes (SIGKDD Explorations 2001), eq. 3 to 5, for the weights by variance.
 *
 * Every sum is of whole numbers, so that neither the order of the rows nor threads show in a mean.
 */
import { canonicalText } from '../canonical-text.ts';
import { compareCodeUnits } from '../code-units.ts';
import { exponentOf, rangesOf, scaleBy, steps } from '../exact-sums.ts';
import { list, quoteNumber, quoteText } from '../sql.ts';
import type { Row } from '../table.ts';
import type { TransformerBuilder } from './builder.ts';
import { unsigned } from './fit-impute.ts';
import { type LayerColumn, textOf } from './layer.ts';
import type { OperationOf } from './operation.ts';
import { FOLD } from './text-sql.ts';
import type { FittedOf, LevelMeans } from './transformer.ts';

/** Squares of values with so many bits fit 128, with room for 2^37 rows. */
const BITS = 45;

/** A number of each row whose mean is wanted. */
interface Measured {
  /** The class whose share it is, when there are several. */
  readonly label?: string;
  /** A whole number: `(value − centre) · 2^exponent`. */
  readonly sql: string;
  readonly centre: number;
  readonly exponent: number;
}

type Encoding = Pick<OperationOf<'target_encode'>, 'smooth' | 'cv' | 'max_levels'>;

export async function targetEncode(builder: TransformerBuilder, operation: OperationOf<'target_encode'>): Promise<void> {
  const columns = builder.select(operation.columns, 'target_encode', ['string', 'number', 'boolean'], ['string']);
  for (const column of columns) {
    const levels = await addTargetEncoding(builder, column, operation);
    builder.choose(column.name, `${levels} ${levels === 1 ? 'level' : 'levels'} → mean of the target, out of fold`);
  }
}

/** Gives the number of levels that have a mean of their own. */
export async function addTargetEncoding(builder: TransformerBuilder, column: LayerColumn, encoding: Encoding): Promise<number> {
  const target = await builder.useFolds();
  const measured = target.isNumber ? [await numberOf(builder, target.column)] : await classesOf(builder, target);
  const { levels, parts, missing, whole } = await countLevels(builder, column, target.column, measured, encoding);
  const taken: string[] = [];
  const names = measured.map(({ label }) => {
    const name = label === undefined ? column.name : builder.freeName(`${column.name}_${label}`, taken);
    taken.push(name);
    return name;
  });
  const meansOf = (index: number, fold?: number): LevelMeans => {
    const { centre, exponent } = measured[index] as Measured;
    const prior = partOf(whole, index, fold);
    const all = prior.count > 0n ? prior : partOf(whole, index);
    const mean = (folds: Folds | undefined): number => {
      const part = folds === undefined ? NOTHING : partOf(folds, index, fold);
      return unsigned(centre + scaleBy(shrunk(part, all, encoding.smooth), -exponent));
    };
    return { means: levels.map((level) => mean(parts.get(level))), missing: mean(missing), unknown: mean(undefined) };
  };
  const { op, ...common } = { op: 'target_encode', column: column.name, levels } as const;
  const fitted: FittedOf<'target_encode'> = { op, ...common, outputs: names.map((name, index) => ({ name, values: meansOf(index) })) };
  const folds = Array.from({ length: encoding.cv }, (_, fold) => fold);
  builder.add(fitted, {
    op: 'target_encode_by_fold',
    ...common,
    outputs: names.map((name, index) => ({ name, folds: folds.map((fold) => meansOf(index, fold)) })),
  });
  return levels.length;
}

/** Exact sums over some rows. */
interface Part {
  readonly count: bigint;
  readonly sum: bigint;
  readonly squares: bigint;
}
const NOTHING: Part = { count: 0n, sum: 0n, squares: 0n };

/** By fold, for each measured number. */
type Folds = ReadonlyMap<number, readonly Part[]>;

/** All rows, or those of the other folds. */
function partOf(folds: Folds, index: number, without?: number): Part {
  let [count, sum, squares] = [0n, 0n, 0n];
  for (const [fold, parts] of folds) {
    const part = parts[index];
    if (fold === without || part === undefined) continue;
    count += part.count;
    sum += part.sum;
    squares += part.squares;
  }
  return { count, sum, squares };
}

/** The mean of a level between its own and that of all rows, in whole steps. */
function shrunk(part: Part, all: Part, smooth: number | undefined): number {
  const meanOfAll = all.count === 0n ? 0 : Number(all.sum) / Number(all.count);
  const count = Number(part.count);
  if (count === 0) return meanOfAll;
  if (smooth !== undefined) return (Number(part.sum) + smooth * meanOfAll) / (count + smooth);
  const between = Number(all.count * all.squares - all.sum * all.sum) / Number(all.count) ** 2;
  const within = Number(part.count * part.squares - part.sum * part.sum) / count;
  const weight = between * count + within / count === 0 ? 0 : (between * count) / (between * count + within / count);
  return weight * (Number(part.sum) / count) + (1 - weight) * meanOfAll;
}

async function numberOf({ engine, relation }: TransformerBuilder, target: string): Promise<Measured> {
  const value = `CAST(${target} AS DOUBLE)`;
  const [{ min, max } = { min: 0, max: 0 }] = await rangesOf(engine, relation, [value]);
  const centre = min / 2 + max / 2;
  const exponent = BITS - exponentOf(max / 2 - min / 2) - 1;
  return { sql: steps(`(${value} - ${quoteNumber(centre)})`, exponent, 'HUGEINT'), centre, exponent };
}

/** The share of the last of two classes, or of each of more. */
async function classesOf(
  { engine, relation }: TransformerBuilder,
  target: { readonly column: string; readonly sqlType: string },
): Promise<readonly Measured[]> {
  const text = canonicalText(target.column, target.sqlType);
  const rows = await engine.query(`SELECT DISTINCT ${text} AS v FROM ${relation} WHERE ${target.column} IS NOT NULL`);
  const labels = rows.map((row) => String(row['v'])).sort(compareCodeUnits);
  const share = (label: string) => ({ sql: `CAST(${text} = ${quoteText(label)} AS HUGEINT)`, centre: 0, exponent: 0 });
  return labels.length > 2 ? labels.map((label) => ({ label, ...share(label) })) : labels.slice(-1).map(share);
}

async function countLevels(
  { engine, relation }: TransformerBuilder,
  column: LayerColumn,
  target: string,
  measured: readonly Measured[],
  { cv, max_levels }: Encoding,
): Promise<{
  readonly levels: readonly string[];
  readonly parts: ReadonlyMap<string, Folds>;
  readonly missing: Folds | undefined;
  readonly whole: Folds;
}> {
  const sums = measured.flatMap(({ sql }, index) => [`sum(${sql}) AS s${index}`, `sum(${sql} * ${sql}) AS q${index}`]);
  const told = measured.flatMap((_, index) => [`CAST(s${index} AS VARCHAR) AS s${index}`, `CAST(q${index} AS VARCHAR) AS q${index}`]);
  const counted = `SELECT ${textOf(column)} AS v, CAST(${FOLD} % ${cv} AS INTEGER) AS f, count(*) AS n, ${list(sums)} FROM ${relation} WHERE ${target} IS NOT NULL GROUP BY 1, 2`;
  const chosen = `SELECT v FROM counted WHERE v IS NOT NULL GROUP BY v ORDER BY sum(n) DESC, v LIMIT ${max_levels}`;
  const total = measured.flatMap((_, index) => [`sum(s${index}) AS s${index}`, `sum(q${index}) AS q${index}`]);
  const rows = await engine.query(
    `WITH counted AS MATERIALIZED (${counted}), whole AS (SELECT NULL AS v, f, sum(n) AS n, ${list(total)} FROM counted GROUP BY f)
     SELECT 0 AS k, v, f, CAST(n AS VARCHAR) AS n, ${list(told)} FROM counted WHERE v IS NULL OR v IN (${chosen})
     UNION ALL SELECT 1 AS k, v, f, CAST(n AS VARCHAR) AS n, ${list(told)} FROM whole`,
  );
  const parts = new Map<string, Map<number, readonly Part[]>>();
  const missing = new Map<number, readonly Part[]>();
  const whole = new Map<number, readonly Part[]>();
  for (const row of rows) {
    const level = row['v'] === null ? undefined : String(row['v']);
    const folds = row['k'] === 1 ? whole : level === undefined ? missing : (parts.get(level) ?? new Map<number, readonly Part[]>());
    if (level !== undefined) parts.set(level, folds);
    folds.set(Number(row['f']), partsOf(row, measured.length));
  }
  const size = (level: string): number => Number(partOf(parts.get(level) ?? new Map(), 0).count);
  const levels = [...parts.keys()].sort((a, b) => size(b) - size(a) || compareCodeUnits(a, b));
  return { levels, parts, missing: missing.size === 0 ? undefined : missing, whole };
}

function partsOf(row: Row, count: number): readonly Part[] {
  const figure = (key: string): bigint => BigInt(String(row[key] ?? 0));
  return Array.from({ length: count }, (_, index) => ({ count: figure('n'), sum: figure(`s${index}`), squares: figure(`q${index}`) }));
}
