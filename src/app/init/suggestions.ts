/**
 * What a table suggests for `columns:` and `split:`: small rules, asked in order, the first that
 * applies to a column speaks. Only suggestions; the recipe has them as comments.
 */
import { hasIdName } from '../../data/id-like.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import { formatCount, percent, plural } from '../../steps/wording.ts';

export interface Suggestion {
  /** Such as `id-like`; for programs. */
  readonly kind: string;
  readonly section: 'recipe' | 'columns' | 'split';
  /** A key of the section, such as the name of a column. */
  readonly key: string;
  /** As YAML. */
  readonly value: string;
  readonly reason: string;
}

/** What was found out about a table. */
export interface TableFacts {
  readonly target: string;
  readonly columns: readonly ColumnProfile[];
  readonly rows: number;
  readonly isWhole: boolean;
  /** Column → why, as the other two maps. */
  readonly idLike: ReadonlyMap<string, string>;
  readonly leaks: ReadonlyMap<string, string>;
  /** Two classes: the one that counts as positive when nothing is said. */
  readonly positiveClass?: string;
}

interface Words {
  readonly kind: string;
  readonly value: string;
  readonly reason: string;
}
type ColumnRule = (column: ColumnProfile, facts: TableFacts) => Words | undefined;

const NEARLY_ALL = 0.95;
/** As the finding `INGEST_HIGH_CARDINALITY` has it. */
const MANY_LEVELS = 255;
const FEWEST_GROUPS = 10;
const ROWS_A_GROUP = 2;
const FEWEST_TIMES = 10;
const SMALL_TABLE = 2_000;
const LARGE_TABLE = 1_000_000;

const PERSONAL =
  /(?:^|_)(?:e?mail|phone|mobile|ssn|iban|passport|address|street|surname|(?:first|last|full|middle)_?name|birth_?(?:date|day)|date_of_birth|dob)(?:_|$)/u;
const WEIGHT = /^(?:(?:sample|case|survey|sampling|instance|row)_?weights?|fnlwgt|perwt)$/u;
const CODE = /(?:^|_)(?:zip(?:_?code)?|post_?code|postal_?code|plz)$/u;

const RULES: readonly ColumnRule[] = [leak, empty, constant, idLike, weight, time, group, personal, manyTexts, code];

export function suggest(facts: TableFacts): readonly Suggestion[] {
  const columns = facts.columns.flatMap((column): readonly Suggestion[] => {
    // A name that would be read as a placeholder cannot be written into a recipe.
    if (column.name === facts.target || column.name.includes('{{') || column.name.includes('{%')) return [];
    for (const rule of RULES) {
      const words = rule(column, facts);
      if (words !== undefined) return [{ ...words, section: 'columns', key: column.name }];
    }
    return [];
  });
  return [...positive(facts), ...columns, ...ratios(facts)];
}

function leak({ name }: ColumnProfile, { leaks }: TableFacts): Words | undefined {
  const reason = leaks.get(name);
  return reason === undefined ? undefined : { kind: 'leak', value: '{ role: ignore }', reason };
}

function empty({ rows, missing }: ColumnProfile, facts: TableFacts): Words | undefined {
  if (missing < NEARLY_ALL * rows) return undefined;
  const reason = missing === rows ? `missing in ${everyRow(facts)}` : `${percent(missing / rows)} of the values are missing`;
  return { kind: 'nearly-empty', value: '{ role: ignore }', reason };
}

function constant({ distinct, missing }: ColumnProfile, facts: TableFacts): Words | undefined {
  if (distinct > 1) return undefined;
  const reason = missing === 0 ? `the same value in ${everyRow(facts)}` : 'every present value is the same';
  // A gap may say something where the value does not.
  return missing === 0 ? { kind: 'constant', value: '{ role: ignore }', reason } : undefined;
}

function idLike({ name }: ColumnProfile, facts: TableFacts): Words | undefined {
  const reason = facts.idLike.get(name);
  return reason === undefined
    ? undefined
    : {
        kind: 'id-like',
        value: '{ role: id }',
        reason: `${reason}; left out of the features also when nothing is said, and kept for finding rows again`,
      };
}

function weight({ name, type, missing, range }: ColumnProfile): Words | undefined {
  const isNumber = type === 'number' || type === 'integer';
  if (!isNumber || missing > 0 || range === undefined || range.min < 0 || range.max === 0 || !WEIGHT.test(name.toLowerCase()))
    return undefined;
  return {
    kind: 'weight',
    value: '{ role: weight }',
    reason: 'has the name of a weight: a row would count so much in training and metrics',
  };
}

function time(column: ColumnProfile, facts: TableFacts): Words | undefined {
  if (column !== timeColumn(facts) || column.range === undefined) return undefined;
  const [from, to] = [column.range.min, column.range.max].map((at) => new Date(at).toISOString().slice(0, 10));
  return {
    kind: 'time',
    value: '{ role: time }',
    reason: `from ${from} to ${to}: the earliest rows would train and the last test, as when the model is for rows to come`,
  };
}

/** At most one column orders the rows: the most complete one, of equal ones that with the most different times. */
function timeColumn({ columns, target, leaks, idLike: ids }: TableFacts): ColumnProfile | undefined {
  return (
    columns
      .filter(({ type, distinct }) => type === 'timestamp' && distinct >= FEWEST_TIMES)
      // A date of birth says when somebody was born, and not when the row was.
      .filter((column) => column.name !== target && !leaks.has(column.name) && !ids.has(column.name) && !isPersonal(column))
      .sort((a, b) => a.missing - b.missing || b.distinct - a.distinct)[0]
  );
}

function group({ name, type, rows, missing, distinct }: ColumnProfile, facts: TableFacts): Words | undefined {
  if ((type !== 'integer' && type !== 'string') || !hasIdName(name)) return undefined;
  const present = rows - missing;
  if (distinct < FEWEST_GROUPS || present < ROWS_A_GROUP * distinct || missing > 0) return undefined;
  const instead = timeColumn(facts) === undefined ? '' : '; instead of the role `time`, not beside it';
  return {
    kind: 'group',
    value: '{ role: group }',
    reason: `the name of an id, and ${formatCount(distinct)} values in ${plural(present, 'row')}: rows of one would stay in one part of the split${instead}`,
  };
}

function personal(column: ColumnProfile): Words | undefined {
  if (!isPersonal(column)) return undefined;
  const isText = column.type === 'string' && column.distinct > MANY_LEVELS;
  return {
    kind: 'sensitive',
    value: isText ? '{ role: ignore, sensitive: true }' : '{ sensitive: true }',
    reason: `has the name of something personal: no value would be shown on cards and in logs${isText ? ', and the model would not see it' : ''}`,
  };
}

/** `FirstName` and `first name` are `first_name`. */
function isPersonal({ name }: ColumnProfile): boolean {
  const words = name.replace(/([a-z])([A-Z])/gu, '$1_$2').toLowerCase();
  return PERSONAL.test(words.replace(/[\s.-]+/gu, '_'));
}

function manyTexts({ type, distinct }: ColumnProfile): Words | undefined {
  if (type !== 'string' || distinct <= MANY_LEVELS) return undefined;
  return {
    kind: 'many-texts',
    value: '{ role: ignore }',
    reason: `${formatCount(distinct)} different texts, from which little can be learned`,
  };
}

function code({ name, type }: ColumnProfile): Words | undefined {
  if (type !== 'integer' || !CODE.test(name.toLowerCase())) return undefined;
  return { kind: 'code', value: '{ type: category }', reason: 'has the name of a code: its numbers are names and no quantities' };
}

function positive({ positiveClass }: TableFacts): readonly Suggestion[] {
  if (positiveClass === undefined || positiveClass.includes('{{') || positiveClass.includes('{%')) return [];
  return [
    {
      kind: 'positive-class',
      section: 'recipe',
      key: 'positive_class',
      value: JSON.stringify(positiveClass),
      reason: 'the class that precision, recall and the like are about; this one when nothing is said',
    },
  ];
}

function ratios({ rows, isWhole }: TableFacts): readonly Suggestion[] {
  if (rows >= LARGE_TABLE || !isWhole)
    return [
      splitRatios(
        '[0.9, 0.05, 0.05]',
        `${isWhole ? plural(rows, 'row') : `more than ${plural(rows, 'row')}`}: small parts measure well enough, and more rows train`,
      ),
    ];
  if (rows < SMALL_TABLE)
    return [
      splitRatios('[0.6, 0.2, 0.2]', `${plural(rows, 'row')}: with larger validation and test parts the figures are less up to chance`),
    ];
  return [];
}

function splitRatios(value: string, reason: string): Suggestion {
  return { kind: 'split-ratios', section: 'split', key: 'split_ratios', value, reason };
}

function everyRow({ rows, isWhole }: TableFacts): string {
  return isWhole ? 'every row' : `the first ${plural(rows, 'row')}`;
}
