/**
 * Columns that name a row instead of describing it. A model that sees one learns the training
 * rows by heart, so `transform` drops them and `ingest` says so.
 */
import type { DataEngine } from './engine.ts';
import type { ColumnProfile } from './profile.ts';
import { list, quoteIdentifier } from './sql.ts';

/** Share of different values from which a column can be an id. */
export const MOSTLY_DISTINCT = 0.99;
/** Below this, every column of a small table looks like an id. */
const FEWEST_ROWS = 20;

const ID_NAME =
  /^(?:id|uuid|guid|key|index|idx|row|no|nr|unnamed_\d+|row_?(?:id|num|number|index|names?))$|[_\s.-](?:id|uuid|guid|key|index|idx)$|[a-z](?:Id|ID|Uuid|UUID)$/u;

/** Whether a name alone suggests an id: `id`, `customer_id`, `orderId`, `row_number`. */
export function hasIdName(name: string): boolean {
  return ID_NAME.test(name) || ID_NAME.test(name.toLowerCase());
}

/**
 * Integer, UUID and text columns with at least 99 % different values that also have the name of
 * an id, or rise or fall strictly in file order. Fractional numbers and dates are measurements.
 * Gives column → reason.
 */
export async function findIdLike(
  engine: DataEngine,
  relation: string,
  profiles: readonly ColumnProfile[],
): Promise<ReadonlyMap<string, string>> {
  const candidates = profiles.filter(isMostlyDistinct);
  const reasons = new Map<string, string>();
  const unnamed: ColumnProfile[] = [];
  for (const profile of candidates) {
    if (hasIdName(profile.name)) reasons.set(profile.name, `${share(profile)} and the name of an id`);
    // An id has no gaps, and a few scattered texts are in order by chance.
    else if (profile.missing === 0) unnamed.push(profile);
  }
  const orders = await monotone(engine, relation, unnamed);
  unnamed.forEach((profile, index) => {
    if (orders[index] === true) reasons.set(profile.name, `${share(profile)} that only rise or only fall from row to row`);
  });
  return reasons;
}

function isMostlyDistinct({ type, rows, missing, distinct }: ColumnProfile): boolean {
  return (
    (type === 'integer' || type === 'string') && rows >= FEWEST_ROWS && missing < rows && distinct >= MOSTLY_DISTINCT * (rows - missing)
  );
}

function share({ rows, missing, distinct }: ColumnProfile): string {
  const present = rows - missing;
  return distinct === present ? 'all values differ' : `${((100 * distinct) / present).toFixed(1)} % different values`;
}

async function monotone(engine: DataEngine, relation: string, profiles: readonly ColumnProfile[]): Promise<readonly boolean[]> {
  if (profiles.length === 0) return [];
  // A window without ORDER BY goes in row order, which the session preserves.
  const lags = profiles.flatMap(({ name }, index) => [
    `${quoteIdentifier(name)} AS v${index}`,
    `lag(${quoteIdentifier(name)}) OVER () AS p${index}`,
  ]);
  const tests = profiles.map(
    (_, index) => `coalesce(bool_and(v${index} > p${index}), false) OR coalesce(bool_and(v${index} < p${index}), false) AS m${index}`,
  );
  const [row] = await engine.query(`SELECT ${list(tests)} FROM (SELECT ${list(lags)} FROM ${relation})`);
  return profiles.map((_, index) => row?.[`m${index}`] === true);
}
