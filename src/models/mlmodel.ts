/**
 * MLflow's `MLmodel` file. What differs from run to run (run id, time) is not in the artifact of
 * the train step, so that equal models have equal bytes; the run that logs the model has it in its tags.
 */
import type { SavedModel } from './saved-model.ts';

/** One input column by MLflow's type names. */
export interface SignatureColumn {
  readonly name: string;
  readonly type: 'boolean' | 'long' | 'double' | 'string' | 'datetime';
  readonly required: boolean;
}

export function mlmodelYaml(model: SavedModel, signature: readonly SignatureColumn[]): string {
  const output = { name: 'prediction', type: model.task === 'regression' ? 'double' : 'string', required: true };
  const lines = [
    'flavors:',
    '  mlrecipe:',
    '    data: model.json',
    '    transformer: transformer.json',
    `    estimator: ${JSON.stringify(model.estimator.name)}`,
    `    task: ${model.task}`,
    ...adjustmentLines(model),
    'signature:',
    `  inputs: ${quotedJson(signature)}`,
    `  outputs: ${quotedJson([output])}`,
    '  params: null',
  ];
  return `${lines.join('\n')}\n`;
}

/** What readers in other languages must know of labels: `classes` in the order of the scores, and from which score of the last on it is predicted. */
function adjustmentLines({ adjustment, classes }: SavedModel): readonly string[] {
  if (adjustment === undefined || classes === undefined) return [];
  const { threshold, calibrator, kept } = adjustment;
  return [
    `    classes: ${quotedJson(classes)}`,
    ...(threshold === undefined ? [] : [`    threshold: ${withoutExponent(threshold)}`]),
    ...(calibrator === undefined ? [] : [`    calibration: ${calibrator.method}`]),
    ...(kept === undefined ? [] : [`    rebalanced: ${quotedJson(kept)}`]),
  ];
}

/** YAML 1.1 reads `1e-7` as a text. */
function withoutExponent(value: number): string {
  return String(value).includes('e') ? value.toFixed(20) : String(value);
}

/**
 * JSON as a YAML single-quoted text, the one quoting style without escapes to get wrong. ASCII only:
 * YAML 1.1, which MLflow reads with, breaks lines at U+0085, U+2028 and U+2029 and refuses control characters.
 */
function quotedJson(value: unknown): string {
  const ascii = JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `'${ascii.replaceAll("'", "''")}'`;
}
