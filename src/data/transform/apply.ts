/**
 * Apply any transformer to any rows with its input columns: training, evaluation and scoring go
 * through here.
 */
import type { DataEngine } from '../engine.ts';
import { list, quoteIdentifier } from '../sql.ts';
import { transformSql } from './compile.ts';
import { place, restoreCustomTransformer, transform } from './custom.ts';
import type { CustomTransformer, Transformer } from './transformer.ts';

export interface ApplyOptions {
  /** Columns of the source to pass on untouched, such as the target. */
  readonly keep?: readonly string[];
  /** Needed by a custom transformer: finds the user's function that makes the unfitted object. */
  readonly userFunction?: (file: string, name: string) => Promise<(...args: readonly never[]) => unknown>;
}

export interface AppliedTransformer {
  /** A query: the features in order, then the kept columns; rows in the source's order. */
  readonly sql: string;
  /** Drop the temporary tables that `sql` reads. Call it when the rows have been read. */
  release(): Promise<void>;
}

let applied = 0;

/** `relation` is what may stand after FROM. */
export async function applyTransformer(
  engine: DataEngine,
  transformer: Transformer,
  relation: string,
  options: ApplyOptions = {},
): Promise<AppliedTransformer> {
  if (transformer.kind === 'pipeline') return { sql: transformSql(transformer, relation, options), release: async () => {} };
  return applyCustom(engine, transformer, relation, options);
}

async function applyCustom(
  engine: DataEngine,
  transformer: CustomTransformer,
  relation: string,
  { keep = [], userFunction }: ApplyOptions,
): Promise<AppliedTransformer> {
  if (userFunction === undefined)
    throw new Error(`the transformer needs ${place({ file: transformer.file, name: transformer.method })}, and no user code is at hand`);
  const make = (await userFunction(transformer.file, transformer.method)) as unknown as () => unknown;
  const object = await restoreCustomTransformer(transformer, make);
  applied++;
  const [source, made] = [`__mlrecipe_source_${applied}`, `__mlrecipe_made_${applied}`];
  const columns = [
    ...transformer.inputs.map(({ name }) => quoteIdentifier(name)),
    ...keep.map((name, index) => `${quoteIdentifier(name)} AS ${quoteIdentifier(`__mlrecipe_kept_${index}`)}`),
  ];
  // Held once, so that the rows that the object sees and the kept columns are of one reading.
  await engine.execute(`CREATE OR REPLACE TEMPORARY TABLE ${quoteIdentifier(source)} AS SELECT ${list(columns)} FROM ${relation}`);
  const inputs = await engine.table(
    `SELECT ${list(transformer.inputs.map(({ name }) => quoteIdentifier(name)))} FROM ${quoteIdentifier(source)}`,
  );
  await engine.load(await transform(object, inputs, place({ file: transformer.file, name: transformer.method })), made);
  const features = transformSql(transformer.finish, quoteIdentifier(made));
  const kept = keep.map((name, index) => `s.${quoteIdentifier(`__mlrecipe_kept_${index}`)} AS ${quoteIdentifier(name)}`);
  return {
    sql: `SELECT ${list(['f.*', ...kept])} FROM (${features}) f POSITIONAL JOIN ${quoteIdentifier(source)} s`,
    release: () => engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(source)}; DROP TABLE IF EXISTS ${quoteIdentifier(made)}`),
  };
}
