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
  /** Drop the temporary table that `sql` may read. Call it when the rows have been read. */
  release(): Promise<void>;
}

let applied = 0;

/** `relation` is what may stand after FROM; it is read twice and must give the same rows in the same order. */
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
  const made = `__mlrecipe_made_${applied}`;
  const inputs = await engine.table(`SELECT ${list(transformer.inputs.map(({ name }) => quoteIdentifier(name)))} FROM ${relation}`);
  await engine.load(await transform(object, inputs, place({ file: transformer.file, name: transformer.method })), made);
  const features = transformSql(transformer.finish, quoteIdentifier(made));
  const kept = keep.map((name, index) => `${quoteIdentifier(name)} AS ${quoteIdentifier(`__mlrecipe_kept_${index}`)}`);
  const named = keep.map((name, index) => `s.${quoteIdentifier(`__mlrecipe_kept_${index}`)} AS ${quoteIdentifier(name)}`);
  const sql =
    keep.length === 0
      ? features
      : `SELECT ${list(['f.*', ...named])} FROM (${features}) f POSITIONAL JOIN (SELECT ${list(kept)} FROM ${relation}) s`;
  return { sql, release: () => engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(made)}`) };
}
