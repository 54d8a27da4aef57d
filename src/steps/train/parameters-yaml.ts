/** The parameters of the trained estimator as YAML, for people: the artifact `best_parameters`. */
import type { JsonObject } from '../../schema/json.ts';

/** Words that YAML 1.1 reads as something else than a text. */
const WORDS = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

export function parametersYaml(estimator: string, params: JsonObject): string {
  // JSON is YAML: a name in quotes is a text whatever it looks like.
  const key = (name: string): string => (/^[a-z]\w*$/i.test(name) && !WORDS.test(name) ? name : JSON.stringify(name));
  const entries = Object.entries(params).map(([name, value]) => `  ${key(name)}: ${JSON.stringify(value)}`);
  return `# ${estimator}\n${entries.length === 0 ? 'params: {}' : `params:\n${entries.join('\n')}`}\n`;
}
