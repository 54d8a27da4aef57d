/** Columns of sentences instead of names: too many values to be levels, of several words each. */
import type { DataEngine } from './engine.ts';
import type { ColumnProfile } from './profile.ts';
import { list, quoteIdentifier } from './sql.ts';

/** Below this many values, a few long names look like free text. */
const FEWEST_VALUES = 20;
/** Share of different values from which a text is no level. */
const MOSTLY_DISTINCT = 0.5;
/** Words of a value in the mean. */
const FEWEST_WORDS = 3;

/** What counts as a word, as a regular expression in quotes: two or more letters, digits or underscores. */
export const WORD = "'[\\p{L}\\p{N}_]{2,}'";

/** Those of the columns that hold free text: more than half of the values differ, and they have three words or more in the mean. */
export async function findFreeTexts(
  engine: DataEngine,
  relation: string,
  profiles: readonly Pick<ColumnProfile, 'name' | 'type' | 'rows' | 'missing' | 'distinct'>[],
): Promise<ReadonlySet<string>> {
  const candidates = profiles.filter(
    ({ type, rows, missing, distinct }) =>
      type === 'string' && rows - missing >= FEWEST_VALUES && distinct > MOSTLY_DISTINCT * (rows - missing),
  );
  if (candidates.length === 0) return new Set();
  const words = candidates.map(
    ({ name }, index) => `coalesce(sum(len(regexp_extract_all(${quoteIdentifier(name)}, ${WORD}))), 0) AS w${index}`,
  );
  const [row] = await engine.query(`SELECT ${list(words)} FROM ${relation}`);
  const found = candidates.filter(({ rows, missing }, index) => Number(row?.[`w${index}`]) >= FEWEST_WORDS * (rows - missing));
  return new Set(found.map(({ name }) => name));
}
