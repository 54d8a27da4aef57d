/** The parameters of the trained estimator as YAML, for people: the artifact `best_parameters`. */
import type { JsonObject } from '../../schema/json.ts';

export function parametersYaml(estimator: string, params: JsonObject): string {
  const entries = Object.entries(params).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
  return `# ${estimator}\n${entries.length === 0 ? 'params: {}' : `params:\n${entries.join('\n')}`}\n`;
}
