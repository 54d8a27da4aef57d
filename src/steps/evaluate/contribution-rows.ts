/** The `feature_contributions` artifact: what each feature adds to the score of the rows that were explained, a line a feature. */
import type { DataEngine } from '../../data/engine.ts';
import { type Column, Table } from '../../data/table.ts';
import type { Explanation } from './explained.ts';

/**
 * Columns: `row` (position in the test data, from 0), `class` (of a classification, whose score it is), `feature`,
 * `contribution` and `expected`. The contributions of a row and class, with `expected` once, sum to the raw score.
 * Without rows where the model does not say what each feature adds.
 */
export async function writeContributions(
  engine: DataEngine,
  { groups, contributions }: Explanation,
  { classes, path }: { readonly classes: readonly string[] | undefined; readonly path: string },
): Promise<void> {
  const found = 'missing' in contributions ? undefined : contributions;
  const outputs = found?.outputs ?? 0;
  const lines = (found?.sampled ?? 0) * outputs * groups.length;
  const numbers = (of: (line: number) => number): Float64Array => Float64Array.from({ length: lines }, (_, line) => of(line));
  const rowOf = (line: number): number => Math.floor(line / (outputs * groups.length));
  const outputOf = (line: number): number => Math.floor(line / groups.length) % outputs;
  const texts = (of: (line: number) => string): string[] => Array.from({ length: lines }, (_, line) => of(line));
  const columns: readonly Column[] = [
    { name: 'row', type: 'integer', data: numbers((line) => found?.rows[rowOf(line)] as number) },
    ...(classes === undefined
      ? []
      : [
          {
            name: 'class',
            type: 'string' as const,
            data: texts((line) => classes[outputs === 1 ? classes.length - 1 : outputOf(line)] ?? ''),
          },
        ]),
    { name: 'feature', type: 'string', data: texts((line) => groups[line % groups.length]?.label ?? '') },
    { name: 'contribution', type: 'number', data: numbers((line) => found?.values[line] as number) },
    { name: 'expected', type: 'number', data: numbers((line) => found?.expected[outputOf(line)] as number) },
  ];
  await engine.writeParquet(new Table(columns), path);
}
