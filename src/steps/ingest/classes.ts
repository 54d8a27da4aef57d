/**
 * Which classes a target has and which of two is the positive one.
 */
import { canonicalText } from '../../data/canonical-text.ts';
import { compareCodeUnits } from '../../data/code-units.ts';
import type { DataEngine } from '../../data/engine.ts';
import { quoteIdentifier } from '../../data/sql.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { problem } from '../problem.ts';

export interface ClassCount {
  readonly label: string;
  readonly rows: number;
}

/** The classes in code-unit order of their labels, which are canonical texts: `true`, `0`, `setosa`. */
export async function countClasses(engine: DataEngine, relation: string, target: string, sqlType: string): Promise<readonly ClassCount[]> {
  const column = quoteIdentifier(target);
  const rows = await engine.query(
    `SELECT ${canonicalText(column, sqlType)} AS label, count(*) AS n FROM ${relation} WHERE ${column} IS NOT NULL GROUP BY 1`,
  );
  return rows.map((row) => ({ label: String(row['label']), rows: Number(row['n']) })).sort((a, b) => compareCodeUnits(a.label, b.label));
}

const POSITIVE_WORDS: ReadonlySet<string> = new Set(['true', '1', 'yes', 'y', 'positive']);

/**
 * Of two classes the one called true, 1, yes, y or positive, when just one of the two is; else
 * the rarer, and of two equally frequent ones the later in code-unit order.
 */
export function choosePositiveClass(classes: readonly ClassCount[]): string {
  const [first, second] = classes;
  if (first === undefined || second === undefined || classes.length > 2)
    throw new RangeError(`a positive class needs two classes, not ${classes.length}`);
  const named = classes.filter(({ label }) => POSITIVE_WORDS.has(label.toLowerCase()));
  if (named.length === 1 && named[0] !== undefined) return named[0].label;
  return first.rows < second.rows ? first.label : second.label;
}

/** The configured positive class, checked, or the one that the rule chooses; `undefined` with more than two classes. */
export function positiveClass(
  classes: readonly ClassCount[],
  target: string,
  configured: string | number | boolean | undefined,
): string | undefined {
  if (configured === undefined) return classes.length === 2 ? choosePositiveClass(classes) : undefined;
  const wanted = String(configured);
  const labels = classes.map(({ label }) => label);
  if (!labels.includes(wanted)) {
    const near = closest(wanted, labels);
    throw problem(
      'bad-value',
      `\`positive_class\` is \`${wanted}\`, which is no class of \`${target}\`; the classes are ${listNames(labels)}`,
      near === undefined ? undefined : `did you mean \`${near}\`?`,
    );
  }
  if (classes.length !== 2) {
    throw problem(
      'bad-value',
      `\`positive_class\` is for a target with two classes; \`${target}\` has ${classes.length}: ${listNames(labels)}`,
      'remove `positive_class`',
    );
  }
  return wanted;
}
