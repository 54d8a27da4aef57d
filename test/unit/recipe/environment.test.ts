// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment are what is tested
import { describe, expect, it } from 'vitest';
import { redact } from '../../../src/recipe/redact.ts';
import { loadedMemory, loadMemory, reports } from '../../support/memory-recipe.ts';

const recipe = 'recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest: {location: "{{DATA}}"}\n  train: {seed: 1}\n';
const DATA = 'DATA: data/houses.csv\n';

describe('${env:NAME}', () => {
  it('fills in tracking, registry and locations, and remembers what is secret', () => {
    const local = `DATA: \${env:FOLDER}/houses.csv
experiment:
  tracking_uri: https://user:\${env:PASSWORD}@mlflow.example.org
  tags: {owner: "\${env:OWNER:-nobody}"}
model_registry: {registry_uri: "\${env:REGISTRY}"}
`;
    const env = { FOLDER: 'data', PASSWORD: 'hunter2', REGISTRY: '007' };
    const loaded = loadedMemory({ recipe, profiles: { local }, env });
    expect(loaded.recipe.experiment).toEqual({
      name: 'houses',
      tracking_uri: 'https://user:hunter2@mlflow.example.org',
      tags: { owner: 'nobody' },
    });
    expect(loaded.recipe.steps.register.registry_uri).toBe('007');
    expect(loaded.recipe.steps.ingest.location).toEqual(['data/houses.csv']);
    expect(loaded.secrets).toEqual(['hunter2', '007']);
  });

  it('is refused wherever it could change a result', () => {
    const local = `${DATA}steps: {train: {seed: "\${env:SEED}"}, register: {model_name: "\${env:NAME}"}}\ntarget_col: \${env:TARGET}\n`;
    expect(reports(loadMemory({ recipe, profiles: { local }, env: { SEED: '1', NAME: 'n', TARGET: 't' } }))).toEqual([
      'profiles/local.yaml:2:24 error[secret-not-allowed] `${env:SEED}` is not allowed for `steps.train.seed`: it could change the result of a step',
      'profiles/local.yaml:2:63 error[secret-not-allowed] `${env:NAME}` is not allowed for `steps.register.model_name`: it could change the result of a step',
      'profiles/local.yaml:3:13 error[secret-not-allowed] `${env:TARGET}` is not allowed for `target_col`: it could change the result of a step',
    ]);
  });

  it('is refused in the recipe, in its defaults and in `--set`', () => {
    const text = recipe.replace('seed: 1', 'seed: {{SEED|default("${env:SEED}")}}');
    const found = reports(
      loadMemory({
        recipe: `${text}experiment: {name: "\${env:NAME}"}\n`,
        profiles: { local: DATA },
        set: ['experiment.name=${env:NAME}'],
      }),
    );
    expect(found).toEqual([
      '--set:1:17 error[secret-not-allowed] `${env:NAME}` is not allowed in `--set`',
      'recipe.yaml:5:33 error[secret-not-allowed] `${env:SEED}` is not allowed in `recipe.yaml`',
      'recipe.yaml:6:21 error[secret-not-allowed] `${env:NAME}` is not allowed in `recipe.yaml`',
    ]);
  });

  it('falls back when a variable is unset or empty, and reports one without a default', () => {
    const local = `${DATA}experiment: {name: "\${env:A:-a}\${env:B:-b}\${env:C}", run_name_prefix: "\${env:D}", artifact_location: "\${env:1}"}\n`;
    expect(reports(loadMemory({ recipe, profiles: { local }, env: { B: '', C: '' } }))).toEqual([
      'profiles/local.yaml:2:72 error[undefined-environment-variable] the environment variable `D` is not set',
      'profiles/local.yaml:2:103 error[bad-placeholder] `${env:1}` is not a reference to the environment or to a file',
    ]);
  });

  it('never shows a value in a message', () => {
    const local = `${DATA}experiment: {tags: "\${env:SECRET}"}\n`;
    const result = loadMemory({ recipe, profiles: { local }, env: { SECRET: 'hunter2' } });
    expect(reports(result)).toEqual([
      'profiles/local.yaml:2:20 error[wrong-type] `experiment.tags` must be a mapping; found a text from the environment',
    ]);
  });

  it('is not looked at in a variable that is not used', () => {
    expect(reports(loadMemory({ recipe, profiles: { local: `${DATA}UNUSED: \${env:NOT_SET}\n` } }))).toEqual([]);
  });
});

it('redact replaces every secret, the longer first', () => {
  expect(redact('a=abc b=abcdef c=', ['abc', 'abcdef', ''])).toBe('a=*** b=*** c=');
});
