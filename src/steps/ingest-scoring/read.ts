/** The new data as a source. Of CSV only the texts are asked for, since the model says what they are. */
import type { DataEngine } from '../../data/engine.ts';
import { quoteIdentifier } from '../../data/sql.ts';
import type { StepContext } from '../define.ts';
import { csvSource, openCsv, shapesOf, textRelation, typedTexts } from '../ingest/csv.ts';
import type { IngestParams } from '../ingest/params.ts';
import { openSource } from '../ingest/run.ts';
import { type DataFile, engineMessage, type Source } from '../ingest/source.ts';
import { problem } from '../problem.ts';
import type { IngestScoringParams } from './params.ts';

export async function readSource(
  engine: DataEngine,
  context: StepContext,
  files: readonly DataFile[],
  params: IngestScoringParams,
): Promise<Source> {
  if (params.format !== 'csv') return openSource(engine, context, files, params as unknown as IngestParams);
  const opened = await openCsv(files, params.csv);
  // Lines that cannot be read are counted where readers do it.
  if (params.csv.bad_lines === 'skip') return typedTexts(engine, opened);
  const columns = opened.names.map((name) => {
    const text = quoteIdentifier(name);
    return { name, type: 'string' as const, expression: text, text };
  });
  return { relation: textRelation(opened), columns, skippedLines: 0, shapes: shapesOf(opened) };
}

/** What a reader says of the files when a statement over them fails: the line, where it is one of CSV. */
export async function readingFault(
  engine: DataEngine,
  error: unknown,
  files: readonly DataFile[],
  params: IngestScoringParams,
): Promise<unknown> {
  if (error instanceof Error && error.name === 'DiagnosticError') return error;
  if (params.format === 'csv') {
    try {
      await csvSource(engine, files, params.csv);
    } catch (told) {
      return told;
    }
  }
  return problem(
    'bad-data-file',
    `${files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`}: ${engineMessage(error, files)}`,
  );
}
