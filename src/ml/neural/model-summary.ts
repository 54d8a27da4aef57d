/** What `model.summary()` of Keras prints: layers, shapes of their outputs, counts of their parameters. */
import type { JsonObject } from '../../schema/json.ts';
import { type Architecture, sizeOf, weightSpecs } from './architecture.ts';
import { embeddingsOf, widthOf } from './inputs.ts';

export interface ParameterCounts {
  readonly total_parameters: number;
  readonly trainable_parameters: number;
  /** Moving moments of batch norm. */
  readonly non_trainable_parameters: number;
}

export function parameterCounts(architecture: Architecture): ParameterCounts & JsonObject {
  const trainable = weightSpecs(architecture).reduce((sum, spec) => sum + sizeOf(spec), 0);
  const fixed = architecture.batchNorm ? 2 * architecture.hidden.reduce((sum, units) => sum + units, 0) : 0;
  return { total_parameters: trainable + fixed, trainable_parameters: trainable, non_trainable_parameters: fixed };
}

export function modelSummary(architecture: Architecture): string {
  const { inputs, hidden, activation, batchNorm, dropout, outputs } = architecture;
  const counts = parameterCounts(architecture);
  const rows: SummaryRow[] = embeddingsOf(inputs).map(({ name, levels, size }, index) => [
    `embedding_${index} (Embedding) ${name}`,
    `[null,${size}]`,
    (levels + 1) * size,
  ]);
  rows.push(['inputs (Concatenate)', `[null,${widthOf(inputs)}]`, 0]);
  let width = widthOf(inputs);
  hidden.forEach((units, layer) => {
    const shape = `[null,${units}]`;
    rows.push([`dense_${layer} (Dense)`, shape, width * units + (batchNorm ? 0 : units)]);
    if (batchNorm) rows.push([`batch_normalization_${layer} (BatchNormalization)`, shape, 4 * units]);
    rows.push([`activation_${layer} (${activation})`, shape, 0]);
    if (dropout > 0) rows.push([`dropout_${layer} (Dropout)`, shape, 0]);
    width = units;
  });
  rows.push([`dense_${hidden.length} (Dense)`, `[null,${outputs}]`, (width + 1) * outputs]);
  return summaryTable(rows, counts.total_parameters, counts.trainable_parameters);
}

export type SummaryRow = readonly [layer: string, shape: string, parameters: number];

export function summaryTable(rows: readonly SummaryRow[], total: number, trainable: number): string {
  const head = ['Layer (type)', 'Output shape', 'Param #'] as const;
  const cells = rows.map(([name, shape, count]) => [name, shape, String(count)] as const);
  const [first, second] = [0, 1].map((column) => Math.max(...[head, ...cells].map((row) => (row[column] as string).length)) + 3) as [
    number,
    number,
  ];
  const line = ([name, shape, count]: readonly [string, string, string]) => `${name.padEnd(first)}${shape.padEnd(second)}${count}`;
  return [
    line(head),
    '='.repeat(first + second + 8),
    ...cells.map(line),
    '='.repeat(first + second + 8),
    `Total params: ${total}`,
    `Trainable params: ${trainable}`,
    `Non-trainable params: ${total - trainable}`,
    '',
  ].join('\n');
}
