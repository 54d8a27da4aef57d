/**
 * MLflow's `MLmodel` file. What differs from run to run (run id, time) is not in the artifact of
 * the train step, so that equal models have equal bytes; it is added where the model is logged.
 */
import type { JsonObject } from '../schema/json.ts';
import type { SavedModel } from './saved-model.ts';

/** One input column by MLflow's type names. */
export interface SignatureColumn {
  readonly name: string;
  readonly type: 'boolean' | 'long' | 'double' | 'string' | 'datetime';
  readonly required: boolean;
}

export function mlmodelYaml(model: SavedModel, signature: readonly SignatureColumn[]): string {
  const output = model.task === 'regression' ? { name: 'prediction', type: 'double', required: true } : { name: 'prediction', type: 'string', required: true };
  const lines = [
    'flavors:',
    '  mlrecipe:',
    '    data: model.json',
    '    transformer: transformer.json',
    `    estimator: ${JSON.stringify(model.estimator.name)}`,
    `    task: ${model.task}`,
    'signature:',
    `  inputs: ${yamlText(JSON.stringify(signature))}`,
    `  outputs: ${yamlText(JSON.stringify([output]))}`,
    '  params: null',
  ];
  return `${lines.join('\n')}\n`;
}

/** The entry of the tag `mlflow.log-model.history`, and the lines that a logged `MLmodel` has in addition. */
export function loggedModel(ids: { readonly runId: string; readonly modelUuid: string; readonly time: Date }): { readonly history: JsonObject; readonly yaml: string } {
  const time = ids.time.toISOString().replace('T', ' ').replace('Z', '000');
  return {
    history: {
      artifact_path: 'model',
      flavors: { mlrecipe: { data: 'model.json' } },
      model_uuid: ids.modelUuid,
      run_id: ids.runId,
      utc_time_created: time,
    },
    yaml: ['artifact_path: model', `model_uuid: ${ids.modelUuid}`, `run_id: ${ids.runId}`, `utc_time_created: '${time}'`, ''].join('\n'),
  };
}

/** A YAML single-quoted text: the one quoting style without escapes to get wrong. */
function yamlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
