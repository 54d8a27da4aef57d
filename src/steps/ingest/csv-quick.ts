/**
 * A CSV file read once. Types come from its beginning, and the statement that writes the dataset fails
 * at the first value that does not fit; then, or when the written texts turn out to be something
 * else, the slow way of `csv.ts` decides by all rows. Both ways give the same types and the same bytes.
 */
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier, quoteText } from '../../data/sql.ts';
import { type CsvTexts, nullCandidates, nullTexts, shapesOf, textRelation } from './csv.ts';
import { beginsWithZero, parseForm, type Reading } from './reading.ts';
import type { Source, SourceColumn } from './source.ts';
import { type Decided, decideReadings, doubtful, inferTextTypes, readColumn, textColumn } from './text-types.ts';

/** Rows from which the types are guessed. More make a wrong guess, and with it a second reading, rarer. */
const SAMPLE_ROWS = 10_000;

/** Beyond this the engine takes longer to plan the one statement than to read the file twice in pieces. */
const MOST_COLUMNS = 250;

export interface QuickSource {
  readonly source: Source;
  /**
   * Asked once the source is written: the columns with what is to be said of them, or nothing when a
   * column that was taken for text is none. Columns that somebody else has typed since are left alone.
   */
  confirm(written: string, columns: readonly SourceColumn[]): Promise<readonly SourceColumn[] | undefined>;
}

/** Nothing where the beginning already shows that every value must be looked at, or where a line cannot be read. */
export async function quickCsvSource(engine: DataEngine, texts: CsvTexts): Promise<QuickSource | undefined> {
  const { params } = texts;
  // The engine compares every value with every text that it is told to be missing; only an empty field need be.
  if (params.bad_lines === 'skip' || !nullTexts(params).includes('')) return undefined;
  if (texts.names.length > MOST_COLUMNS) return undefined;
  const readings = await guess(engine, texts);
  if (readings === undefined) return undefined;
  const nulls = list(nullTexts(params).map(quoteText));
  const parsings: string[] = [];
  const columns = texts.names.map((name, index): SourceColumn => {
    const { reading, present } = readings[index] as Decided;
    const value = quoteIdentifier(name);
    const text = `CASE WHEN ${value} IN (${nulls}) THEN NULL ELSE ${value} END`;
    const parsed = quoteIdentifier(`__mlrecipe_value_${index}`);
    const known = present > 0 ? parsing(reading, value) : undefined;
    if (known !== undefined) parsings.push(`${known} AS ${parsed}`);
    const expression = present === 0 ? nothing(text) : strict(reading, value, text, parsed);
    return { ...readColumn({ name, value: text }, reading), expression };
  });
  const candidates = nullCandidates(params);
  return {
    // What a CASE names several times is computed as often, unless it is a column.
    source: {
      relation: `(SELECT ${list(['*', ...parsings])} FROM ${textRelation(texts, [''])})`,
      columns,
      skippedLines: 0,
      shapes: shapesOf(texts),
    },
    confirm: async (written, final) => {
      const open = final.filter((column) => column.type === 'string' && columns.includes(column));
      const texts = await doubtful(
        engine,
        written,
        open.map(({ name }) => textColumn(name)),
        candidates,
      );
      const decided = new Map((await inferTextTypes(engine, written, texts, { candidates })).map((column) => [column.name, column]));
      if ([...decided.values()].some(({ type }) => type !== 'string')) return undefined;
      return final.map((column) => {
        const said = decided.get(column.name)?.candidates;
        return said === undefined ? column : { ...column, candidates: said };
      });
    },
  };
}

async function guess(engine: DataEngine, texts: CsvTexts): Promise<readonly Decided[] | undefined> {
  const sample = `(SELECT * FROM ${textRelation(texts)} LIMIT ${SAMPLE_ROWS})`;
  try {
    const decided = await decideReadings(engine, sample, texts.names.map(textColumn), { candidates: nullCandidates(texts.params) });
    const isClean = ({ present, read, candidates, infinite, rival }: Decided): boolean =>
      read === present && candidates === 0 && infinite === 0 && rival === undefined;
    return decided.every(isClean) ? decided : undefined;
  } catch {
    return undefined;
  }
}

const FAILURE = `error('a value does not fit the type of its column')`;

function nothing(text: string): string {
  return `CASE WHEN ${text} IS NULL THEN ${text} ELSE ${FAILURE} END`;
}

/** What is parsed of a text before anything is asked of it; nothing where no parsing is needed. */
function parsing(reading: Reading, value: string): string | undefined {
  switch (reading.kind) {
    case 'integer':
      return `TRY_CAST(${value} AS BIGINT)`;
    case 'number':
      return `TRY_CAST(${value} AS DOUBLE)`;
    case 'date':
      return `TRY_CAST(${value} AS DATE)`;
    case 'timestamp':
      return `TRY_CAST(${value} AS TIMESTAMPTZ)`;
    case 'form':
      return parseForm(value, reading.formats);
    case 'boolean':
      return `TRY_CAST(${value} AS BOOLEAN)`;
    default:
      return undefined;
  }
}

/** The same values as `valueExpression` gives, and a failure for any that `fits` refuses. */
function strict(reading: Reading, value: string, text: string, parsed: string): string {
  const otherwise = `WHEN ${text} IS NULL THEN NULL ELSE ${FAILURE} END`;
  switch (reading.kind) {
    case 'text':
      return text;
    case 'integer':
      return `CASE WHEN CAST(${parsed} AS VARCHAR) = ${value} THEN ${parsed} ${otherwise}`;
    case 'number':
      return `CASE WHEN isfinite(${parsed}) AND NOT contains(${value}, '_') AND NOT ${beginsWithZero(value)} THEN ${parsed} ${otherwise}`;
    case 'date':
      return `CASE WHEN strlen(${value}) = 10 AND ${parsed} IS NOT NULL THEN ${parsed} ${otherwise}`;
    case 'timestamp':
      return `CASE WHEN strlen(${value}) >= 10 AND ${parsed} IS NOT NULL THEN CAST(${parsed} AS TIMESTAMP) ${otherwise}`;
    case 'form':
      return `CASE WHEN ${parsed} IS NOT NULL THEN CAST(${parsed} AS ${reading.hasTime ? 'TIMESTAMP' : 'DATE'}) ${otherwise}`;
    case 'boolean':
      // The engine also knows `t`, `yes` and `1`, which are shorter.
      return `CASE WHEN ${parsed} IS NOT NULL AND strlen(${value}) >= 4 THEN ${parsed} ${otherwise}`;
    default:
      return reading satisfies never;
  }
}
