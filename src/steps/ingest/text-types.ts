/**
 * What a text column is, by a rule over all of its values, so that the order of rows cannot change it.
 * `?`, `-`, `--` and `.` are candidates for a missing value and count neither way. Of the other values
 *
 * - all are `true` or `false`, in any case: boolean;
 * - at least 99 % read as a decimal number, `1e-3` and `inf` included, and none begins with a zero and a
 *   further digit, `007`, which is a code: integer when all that read so are whole numbers of at most
 *   64 bits in their plain form, else number;
 * - at least 99 % are dates, `2024-02-29`: date; or dates or times, `2024-02-29T13:05:00+01:00`, kept in UTC:
 *   timestamp; or dates in one of `DATE_FORMS`, with or without a time of day;
 * - else the column is text, and the candidates are texts like others.
 *
 * What does not read in a column that is no text is missing, and is counted.
 */
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier, quoteText } from '../../data/sql.ts';
import type { Row } from '../../data/table.ts';
import {
  beginsWithZero,
  DATE_FORMS,
  type DateForm,
  fits,
  formatsWithTime,
  parseForm,
  type Reading,
  storedType,
  valueExpression,
} from './reading.ts';
import type { SourceColumn } from './source.ts';

/** Share of the values that must read as a number or date. */
export const ENOUGH = 0.99;
/** What people write for a value that is not there and what can as well be a value. */
export const NULL_CANDIDATES: readonly string[] = ['?', '-', '--', '.'];
/** Rows that are looked at first, to rule out what every value must fit. */
const SAMPLE_ROWS = 1000;
/** Rows and different values by which a column is judged to hold few. */
const [FEW_ROWS, FEW_VALUES] = [10_000, 1000];
/** A query for each column does not pay in a wide table. */
const MOST_GROUPED = 40;
/** Planning takes time with the square of their number: 300 columns at once took 12 s, in pieces 2. */
const MOST_COUNTS = 200;

/** `value` is an SQL expression of type VARCHAR. */
export interface TextColumn {
  readonly name: string;
  readonly value: string;
}

export interface TypeOptions {
  /** False where the source tells numbers from texts itself: only dates are looked for. */
  readonly numbers?: boolean;
  /** Texts that are missing where the column is no text. */
  readonly candidates?: readonly string[];
}

const INTEGER: Reading = { kind: 'integer' };
const NUMBER: Reading = { kind: 'number' };
const BOOLEAN: Reading = { kind: 'boolean' };
const DATE: Reading = { kind: 'date' };
const TIMESTAMP: Reading = { kind: 'timestamp' };
const TEXT: Reading = { kind: 'text' };

/** The columns of a relation of texts, typed by all of its rows. */
export async function inferTextTypes(
  engine: DataEngine,
  relation: string,
  columns: readonly TextColumn[],
  options: TypeOptions = {},
): Promise<readonly SourceColumn[]> {
  if (columns.length === 0) return [];
  const decided = await decideReadings(engine, relation, columns, options);
  const known = columns.map((column, index) => ({ column, ...(decided[index] as Decided) }));
  const remarks = await remarksOn(engine, relation, known, options.candidates ?? NULL_CANDIDATES);
  return known.map(({ column, reading }, index) => ({ ...readColumn(column, reading), ...remarks[index] }));
}

/** A column that is read so, without a word on what does not fit. */
export function readColumn({ name, value }: TextColumn, reading: Reading): SourceColumn {
  const formats = reading.kind === 'form' ? { formats: reading.formats } : {};
  return { name, type: storedType(reading), expression: valueExpression(reading, value), text: value, ...formats };
}

export interface Decided {
  readonly reading: Reading;
  /** How many values are there, and how many of them are candidates for a missing one. */
  readonly present: number;
  readonly candidates: number;
  /** How many values are read, and how many of these are infinite. */
  readonly read: number;
  readonly infinite: number;
  /** The form fits no better than the same with day and month the other way round. */
  readonly rival?: DateForm;
}

export async function decideReadings(
  engine: DataEngine,
  relation: string,
  columns: readonly TextColumn[],
  { numbers = true, candidates = NULL_CANDIDATES }: TypeOptions = {},
): Promise<readonly Decided[]> {
  const [sample = {}] = [await count(engine, `(SELECT * FROM ${relation} LIMIT ${SAMPLE_ROWS})`, columns.flatMap(firstCounts))];
  // A value that fits no date at all costs little to find; which date it is costs more.
  const wanted = columns.flatMap(({ value }, index) => {
    const isWord = wordTest(value, candidates);
    const ruledOut = (key: string): boolean => sample[`${key}${index}`] !== sample[`n${index}`];
    return [
      `count(${value}) AS n${index}`,
      `count(*) FILTER (${isWord}) AS w${index}`,
      `count(*) FILTER (${couldBeDate(value)}) AS p${index}`,
      ...(numbers
        ? [
            `count(*) FILTER (${fits(NUMBER, value)}) AS f${index}`,
            `count(*) FILTER (${beginsWithZero(value)}) AS z${index}`,
            `count(*) FILTER (isinf(TRY_CAST(${value} AS DOUBLE))) AS inf${index}`,
          ]
        : []),
      ...(numbers && !isFractional(sample, index) ? [`count(*) FILTER (${fits(INTEGER, value)}) AS i${index}`] : []),
      ...(numbers && !ruledOut('b') ? [`count(*) FILTER (${fits(BOOLEAN, value)}) AS b${index}`] : []),
    ];
  });
  const all = await count(engine, relation, wanted);
  const plain = columns.map((_, index) => plainReading(all, index, numbers));
  const dated = columns.flatMap((column, index) => {
    const { reading, needed } = plain[index] as Plain;
    return reading.kind === 'text' && needed > 0 && Number(all[`p${index}`]) >= ENOUGH * needed ? [{ column, index, needed }] : [];
  });
  const iso = await countAll(engine, relation, dated, isoCounts);
  const others = dated.filter(({ index, needed }) => Number(iso[`t${index}`]) < ENOUGH * needed);
  const dates = { ...iso, ...(await countAll(engine, relation, others, formCounts)) };
  return columns.map((_, index): Decided => {
    const { needed, ...known } = plain[index] as Plain;
    const found = dated.some((one) => one.index === index) ? dateReading(dates, index, needed) : undefined;
    return { ...known, ...found };
  });
}

function firstCounts({ value }: TextColumn, index: number): readonly string[] {
  return [
    `count(${value}) AS n${index}`,
    `count(*) FILTER (${fits(NUMBER, value)}) AS f${index}`,
    `count(*) FILTER (${fits(INTEGER, value)}) AS i${index}`,
    `count(*) FILTER (${fits(BOOLEAN, value)}) AS b${index}`,
  ];
}

/** Some number of the sample is no whole one. */
function isFractional(sample: Row, index: number): boolean {
  return sample[`i${index}`] !== sample[`f${index}`];
}

function wordTest(value: string, candidates: readonly string[]): string {
  return candidates.length === 0 ? 'false' : `${value} IN (${list(candidates.map(quoteText))})`;
}

/** What a number or a date that is no text of ISO 8601 can begin with, beside digits and signs. */
const BEGINNINGS = ['inf', 'nan', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Of columns of texts those that may be something else after all, or hold candidates for missing values. A
 * look at the first letters; booleans are not looked for.
 */
export async function doubtful(
  engine: DataEngine,
  relation: string,
  columns: readonly TextColumn[],
  candidates: readonly string[],
): Promise<readonly TextColumn[]> {
  if (columns.length === 0) return [];
  const few = columns.length > MOST_GROUPED ? new Set<TextColumn>() : await withFewValues(engine, relation, columns);
  const counts: Record<string, Row[string]> = {};
  const wanted = columns.flatMap((column, index) => (few.has(column) ? [] : suspectCounts(column.value, index, candidates, 'count(*)')));
  if (wanted.length > 0) Object.assign(counts, await count(engine, relation, wanted));
  for (const column of few) {
    // Each different value is looked at once.
    const values = `(SELECT ${column.value} AS v, count(*) AS n FROM ${relation} GROUP BY 1)`;
    Object.assign(counts, await count(engine, values, suspectCounts('v', columns.indexOf(column), candidates, 'sum(n)')));
  }
  return columns.filter((_, index) => {
    const [present, words, suspects] = ['n', 'w', 's'].map((key) => Number(counts[`${key}${index}`] ?? 0)) as [number, number, number];
    return words > 0 || (present > 0 && suspects >= ENOUGH * present);
  });
}

function suspectCounts(value: string, index: number, candidates: readonly string[], sum: string): readonly string[] {
  return [
    `${sum} FILTER (${value} IS NOT NULL) AS n${index}`,
    `${sum} FILTER (${wordTest(value, candidates)}) AS w${index}`,
    // All digits, signs and blanks come before the colon.
    `${sum} FILTER (${value} < ':' OR lower(left(${value}, 3)) IN (${list(BEGINNINGS.map(quoteText))})) AS s${index}`,
  ];
}

/** Columns of which the first rows hold few different values. */
async function withFewValues(engine: DataEngine, relation: string, columns: readonly TextColumn[]): Promise<ReadonlySet<TextColumn>> {
  const counts = columns.map(({ value }, index) => `count(DISTINCT ${value}) AS d${index}`);
  const found = await count(engine, `(SELECT * FROM ${relation} LIMIT ${FEW_ROWS})`, counts);
  return new Set(columns.filter((_, index) => Number(found[`d${index}`]) <= FEW_VALUES));
}

/** Necessary for every date, and cheap. */
function couldBeDate(value: string): string {
  return `strlen(${value}) BETWEEN 8 AND 40 AND regexp_matches(${value}, '[0-9]{1,2}.*[0-9]')`;
}

interface Plain extends Decided {
  /** How many values must be read. */
  readonly needed: number;
}

function plainReading(counts: Row, index: number, numbers: boolean): Plain {
  const at = (key: string): number => Number(counts[`${key}${index}`] ?? 0);
  const [present, candidates] = [at('n'), at('w')];
  const needed = present - candidates;
  const found = { needed, present, candidates, infinite: 0 };
  if (needed > 0 && numbers) {
    if (at('b') === needed) return { ...found, reading: BOOLEAN, read: needed };
    if (at('z') === 0 && at('f') >= ENOUGH * needed)
      return { ...found, reading: at('i') === at('f') ? INTEGER : NUMBER, read: at('f'), infinite: at('inf') };
  }
  return { ...found, reading: TEXT, read: present };
}

function countAll(
  engine: DataEngine,
  relation: string,
  columns: readonly { readonly column: TextColumn; readonly index: number }[],
  counts: (column: TextColumn, index: number) => readonly string[],
): Promise<Row> {
  const asked = columns.flatMap(({ column, index }) => counts(column, index));
  return asked.length === 0 ? Promise.resolve({}) : count(engine, relation, asked);
}

function isoCounts({ value }: TextColumn, index: number): readonly string[] {
  return [`count(*) FILTER (${fits(DATE, value)}) AS d${index}`, `count(*) FILTER (${fits(TIMESTAMP, value)}) AS t${index}`];
}

function formCounts({ value }: TextColumn, index: number): readonly string[] {
  return DATE_FORMS.flatMap(({ formats }, form) => [
    `count(${parseForm(value, formats)}) AS d${index}_${form}`,
    `count(${parseForm(value, formatsWithTime(formats))}) AS t${index}_${form}`,
  ]);
}

function dateReading(counts: Row, index: number, needed: number): Pick<Decided, 'reading' | 'read' | 'rival'> | undefined {
  const at = (key: string): number => Number(counts[key] ?? 0);
  const enough = (read: number): boolean => read >= ENOUGH * needed;
  const [days, times] = [at(`d${index}`), at(`t${index}`)];
  if (enough(times)) return days === times ? { reading: DATE, read: days } : { reading: TIMESTAMP, read: times };
  const best = DATE_FORMS.map((form, position) => ({
    form,
    read: at(`t${index}_${position}`),
    hasTime: at(`d${index}_${position}`) < at(`t${index}_${position}`),
  })).reduce((most, one) => (one.read > most.read ? one : most));
  if (!enough(best.read)) return undefined;
  const { form, read, hasTime } = best;
  const rival = DATE_FORMS.findIndex(({ id }) => id === form.rival);
  return {
    reading: { kind: 'form', formats: hasTime ? formatsWithTime(form.formats) : form.formats, hasTime },
    read,
    ...(rival >= 0 && at(`t${index}_${rival}`) === read && { rival: DATE_FORMS[rival] as DateForm }),
  };
}

type Remarks = Pick<SourceColumn, 'infinite' | 'unread' | 'candidates' | 'ambiguous'>;

/** What a person should know of the columns: only those are asked about again of which there is something to say. */
async function remarksOn(
  engine: DataEngine,
  relation: string,
  columns: readonly (Decided & { readonly column: TextColumn })[],
  words: readonly string[],
): Promise<readonly Remarks[]> {
  const asked = columns.flatMap(({ column: { value }, reading, present, candidates, read, rival }, index) => {
    const isWord = wordTest(value, words);
    const unread = present - candidates - read;
    return [
      ...(reading.kind !== 'text' && unread > 0
        ? [`min(${value}) FILTER (NOT coalesce(${fits(reading, value)}, false) AND NOT ${isWord}) AS u${index}`]
        : []),
      ...(candidates > 0 ? words.map((word, position) => `count(*) FILTER (${value} = ${quoteText(word)}) AS w${index}_${position}`) : []),
      ...(reading.kind === 'form' && rival !== undefined ? [differing(value, reading.formats, rival, index)] : []),
    ];
  });
  const found = asked.length === 0 ? {} : await count(engine, relation, asked);
  return columns.map(({ reading, present, candidates, read, rival, infinite }, index): Remarks => {
    const unread = present - candidates - read;
    const example = found[`x${index}`];
    const isText = reading.kind === 'text';
    return {
      ...(reading.kind === 'number' && { infinite }),
      ...(!isText && unread > 0 && { unread: { count: unread, of: present - candidates, example: String(found[`u${index}`]) } }),
      ...(candidates > 0 && {
        candidates: words.flatMap((word, position) => {
          const times = Number(found[`w${index}_${position}`] ?? 0);
          return times > 0 ? [{ word, count: times }] : [];
        }),
      }),
      ...(reading.kind === 'form' &&
        rival !== undefined &&
        typeof example === 'string' && { ambiguous: { example, formats: reading.formats.slice(0, 1), rival: rival.formats } }),
    };
  });
}

/** A value that means another day when read as the rival does. */
function differing(value: string, formats: readonly string[], rival: DateForm, index: number): string {
  const other = parseForm(value, formatsWithTime(rival.formats));
  return `min(${value}) FILTER (${parseForm(value, formats)} <> ${other}) AS x${index}`;
}

async function count(engine: DataEngine, relation: string, counts: readonly string[]): Promise<Row> {
  // A file of texts alone is still read to its end, so that a bad line is found here.
  if (counts.length === 0) return (await engine.query(`SELECT count(*) AS rows FROM ${relation}`))[0] ?? {};
  const found: Record<string, Row[string]> = {};
  for (let from = 0; from < counts.length; from += MOST_COUNTS)
    Object.assign(found, (await engine.query(`SELECT ${list(counts.slice(from, from + MOST_COUNTS))} FROM ${relation}`))[0]);
  return found;
}

/** A column of doubles: NaN and the infinities are stored as missing. */
export function numberColumn(name: string, value: string): SourceColumn {
  return { name, type: 'number', expression: `CASE WHEN isfinite(${value}) THEN ${value} END` };
}

export function textColumn(name: string): TextColumn {
  return { name, value: quoteIdentifier(name) };
}
