/** The parameters of the trained estimator as YAML, for people: the artifact `best_parameters`. */
import type { JsonObject } from '../../schema/json.ts';

/** Words that YAML 1.1 reads as something else than a text. */
const WORDS = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

/** Where the values come from, in the order of the file; a parameter that is in none is a default of the estimator. */
export interface ParameterSources {
  readonly tuned: JsonObject;
  readonly hardcoded: JsonObject;
}

export function parametersYaml(estimator: string, params: JsonObject, sources?: ParameterSources): string {
  // JSON is YAML: a name in quotes is a text whatever it looks like.
  const key = (name: string): string => (/^[a-z]\w*$/i.test(name) && !WORDS.test(name) ? name : JSON.stringify(name));
  const lines = (part: JsonObject): readonly string[] =>
    Object.entries(part).map(([name, value]) => `  ${key(name)}: ${JSON.stringify(value)}`);
  const entries =
    sources === undefined ? lines(params) : titled(params, sources).flatMap(([title, part]) => [`  # ${title}`, ...lines(part)]);
  return `# ${estimator}\n${entries.length === 0 ? 'params: {}' : `params:\n${entries.join('\n')}`}\n`;
}

/** Under the titles of MLflow Recipes. */
function titled(params: JsonObject, { tuned, hardcoded }: ParameterSources): readonly (readonly [string, JsonObject])[] {
  const pick = (isWanted: (name: string) => boolean): JsonObject =>
    Object.fromEntries(Object.entries({ ...hardcoded, ...tuned, ...params }).filter(([name]) => isWanted(name)));
  const parts = [
    ['tuned hyperparameters', pick((name) => Object.hasOwn(tuned, name))],
    ['hardcoded parameters', pick((name) => Object.hasOwn(hardcoded, name) && !Object.hasOwn(tuned, name))],
    ['default parameters', pick((name) => !Object.hasOwn(hardcoded, name) && !Object.hasOwn(tuned, name))],
  ] as const;
  return parts.filter(([, part]) => Object.keys(part).length > 0);
}
