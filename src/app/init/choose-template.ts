/** Regression or classification, by what the target holds, with the reason in one line. */
import type { ColumnProfile } from '../../data/profile.ts';
import type { Task } from '../../recipe/metric-names.ts';
import { formatCount } from '../../steps/wording.ts';

export interface TemplateChoice {
  readonly task: Task;
  /** Stands behind the name of the template. */
  readonly reason: string;
}

/** Whole numbers of so few values are more often grades or codes than quantities. */
const MOST_NUMERIC_CLASSES = 10;
/** A quantity in a small table has few values as well: each class has this many rows on average. */
const ROWS_A_CLASS = 10;

/** `isWhole`: every number of the target is a whole one. */
export function chooseTemplate(target: ColumnProfile, isWhole: boolean, wanted?: Task): TemplateChoice {
  const chosen = byValues(target, isWhole);
  if (wanted === undefined || wanted === chosen.task) return chosen;
  return { task: wanted, reason: `as \`--template\` says; by itself ${chosen.task} would have been chosen, because ${chosen.reason}` };
}

function byValues({ name, type, distinct, distinctIsExact, rows, missing }: ColumnProfile, isWhole: boolean): TemplateChoice {
  const values = `${distinctIsExact ? '' : 'about '}${formatCount(distinct)} different ${distinct === 1 ? 'value' : 'values'}`;
  if (type === 'boolean') return { task: 'classification', reason: `\`${name}\` is true or false` };
  if (type === 'string') return { task: 'classification', reason: `\`${name}\` is a text with ${values}` };
  if (type === 'timestamp') return { task: 'regression', reason: `\`${name}\` is a date` };
  if (distinct === 2) return { task: 'classification', reason: `\`${name}\` has ${values}` };
  if (isWhole && distinct <= MOST_NUMERIC_CLASSES && rows - missing >= ROWS_A_CLASS * distinct)
    return {
      task: 'classification',
      reason: `\`${name}\` has ${values}, all of them whole numbers; \`--template regression\` when they are quantities`,
    };
  return { task: 'regression', reason: `\`${name}\` is a number with ${values}` };
}
