import { describe, expect, it } from 'vitest';
import { loadedMemory, loadMemory, reports } from '../../support/memory-recipe.ts';

/** A recipe whose tags show what a placeholder became. */
function tags(text: string, local: string, top = ''): unknown {
  const recipe = `recipe: regression/v1\ntarget_col: y\nsteps: {ingest: {location: data/houses.csv}}\nexperiment:\n  tags: ${text}\n${top}`;
  return loadedMemory({ recipe, profiles: { local } }).recipe.experiment.tags;
}

function params(text: string, local: string): unknown {
  const recipe = `recipe: regression/v1\ntarget_col: y\nsteps:\n  ingest: {location: data/houses.csv}\n  train: {estimator_method: fn, estimator_params: {p: ${text}}}\n`;
  const { train } = loadedMemory({ recipe, profiles: { local } }).recipe.steps;
  return train.estimator_params['p'];
}

describe('a placeholder as the whole value', () => {
  it.each([
    ['10', 10],
    ['1.5e3', 1500],
    ['"007"', '007'],
    ['true', true],
    ['2024-01-31', '2024-01-31'],
    ['"a: b # c"', 'a: b # c'],
    ['[1, [x]]', [1, ['x']]],
    ['{a: {b: 1}}', { a: { b: 1 } }],
    ['|\n  two\n  lines\n', 'two\nlines\n'],
  ])('keeps the type of %j', (value, expected) => {
    expect(params('{{X}}', `X: ${value}\n`)).toEqual(expected);
  });

  it('is a text when it stands in quotes, unless it is a mapping or list', () => {
    expect(params('"{{X}}"', 'X: 1.50\n')).toBe('1.50');
    expect(params("'{{X}}'", 'X: [1, 2]\n')).toEqual([1, 2]);
  });

  it('reads dotted names', () => {
    expect(params('{{a.b.c}}', 'a: {b: {c: 3}}\n')).toBe(3);
  });

  it('takes its default, which is YAML', () => {
    expect(params('{{X|default([0.75, 0.125])}}', '')).toEqual([0.75, 0.125]);
    expect(params("{{X|default('a b')}}", '')).toBe('a b');
    expect(params('{{X|default()}}', '')).toBe('');
    expect(params('{{X|default(True)}}', 'X:\n')).toBe(true);
    expect(params('{{X|default(None)}}', '')).toBeUndefined();
    expect(params('{{X|default(1)}}', 'X: 2\n')).toBe(2);
  });
});

describe('a placeholder inside a text', () => {
  it('pastes scalars as they were written', () => {
    expect(tags('{a: "v{{V}}-{{N}}{{N}}", b: {{N}}/x}', 'V: 1.50\nN: name\n')).toEqual({ a: 'v1.50-namename', b: 'name/x' });
  });

  it('works in keys and in block texts', () => {
    expect(tags('\n    {{K}}: |\n      is {{V}}', 'K: key\nV: 7\n')).toEqual({ key: 'is 7\n' });
  });

  it('shows placeholders as they were written, also in the names of anchors and keys', () => {
    const recipe = 'recipe: regression/v1\ntarget_col: *a{{T}}\nsteps: {ingest: {location: data/houses.csv}}\n{{UNSET}}: 1\n';
    expect(reports(loadMemory({ recipe, profiles: { local: 'T: y\n' } }))).toEqual([
      'recipe.yaml:2:13 error[yaml-syntax] there is no anchor `&a{{T}}` before this alias',
      'recipe.yaml:4:1 error[undefined-placeholder] `{{UNSET}}` is not set by the profile `local`',
    ]);
  });

  it('refuses lists, mappings and nothing', () => {
    const recipe =
      'recipe: regression/v1\ntarget_col: y\nsteps: {ingest: {location: data/houses.csv}}\nexperiment: {name: "a{{L}}", run_name_prefix: "b{{N}}"}\n';
    expect(reports(loadMemory({ recipe, profiles: { local: 'L: [1]\nN:\n' } }))).toEqual([
      'recipe.yaml:4:22 error[wrong-type] `{{L}}` is a list and cannot stand inside a longer text',
      'recipe.yaml:4:49 error[wrong-type] `{{N}}` is empty and cannot stand inside a longer text',
    ]);
  });
});

describe('what is reported', () => {
  const recipe =
    'recipe: regression/v1\ntarget_col: {{TARGET}}\n# {{ NOTHING }} {% here %}\nsteps:\n  ingest: {{INGEST}}\n  split: {seed: {{split.sed}}}\n';

  it('is every name without a value, and nothing that follows from it', () => {
    expect(reports(loadMemory({ recipe, profiles: { local: 'split: {seed: 1}\n' } }))).toEqual([
      'recipe.yaml:2:13 error[undefined-placeholder] `{{TARGET}}` is not set by the profile `local`',
      'recipe.yaml:5:11 error[undefined-placeholder] `{{INGEST}}` is not set by the profile `local`',
      'recipe.yaml:6:17 error[undefined-placeholder] `{{split.sed}}` is not set by the profile `local`',
    ]);
    const result = loadMemory({ recipe, profiles: { local: 'split: {seed: 1}\n' } });
    expect(result.ok ? [] : result.diagnostics.map(({ hint }) => hint)).toEqual([
      'set `TARGET` in `profiles/local.yaml`, or give a default: `{{TARGET|default(value)}}`',
      'set `INGEST` in `profiles/local.yaml`, or give a default: `{{INGEST|default(value)}}`',
      'did you mean `{{split.seed}}`?',
    ]);
  });

  it('is a bad default at its place', () => {
    const bad =
      'recipe: regression/v1\ntarget_col: {{T|default([1)}}\nsteps: {ingest: {location: data/houses.csv}, split: {seed: {{S|default(a: b: c)}}}}\n';
    expect(reports(loadMemory({ recipe: bad }))).toEqual([
      'recipe.yaml:2:13 error[bad-placeholder] the brackets of `{{T|default([1)}}` do not match',
      'recipe.yaml:3:72 error[bad-placeholder] the default of `{{S|default(a: b: c)}}` is not a value',
    ]);
  });

  it('is a placeholder in a profile that has no default', () => {
    const project = {
      recipe: 'recipe: regression/v1\ntarget_col: y\nsteps: {ingest: {location: data/houses.csv}, split: {seed: {{S}}}}\n',
    };
    expect(reports(loadMemory({ ...project, profiles: { local: 'S: {{OTHER|default(3)}}\n' } }))).toEqual([]);
    expect(reports(loadMemory({ ...project, profiles: { local: 'S: {{OTHER}}\n' } }))).toEqual([
      'profiles/local.yaml:1:4 error[undefined-placeholder] `{{OTHER}}` has no value: placeholders are filled in `recipe.yaml` only',
    ]);
  });

  it('is where the value was written, also inside a mapping of the profile', () => {
    const project = {
      recipe: 'recipe: regression/v1\ntarget_col: y\nsteps:\n  ingest: {{INGEST}}\n',
      profiles: { local: 'INGEST:\n  location: data/houses.csv\n  headr: true\n' },
    };
    const result = loadMemory(project);
    expect(reports(result)).toEqual(['profiles/local.yaml:3:3 error[unknown-key] `headr` is not a key of `steps.ingest`']);
    expect(result.ok ? [] : result.diagnostics[0]?.related).toEqual([
      { span: { file: 'recipe.yaml', start: 53, end: 63 }, message: 'used here' },
    ]);
  });

  it('is named once where a text asks for it twice', () => {
    const result = loadMemory({
      recipe: 'recipe: {{A}}{{A}}{{B}}\ntarget_col: y\nsteps:\n  ingest: {location: data/houses.csv}\n',
      profiles: { local: 'A: 1\nB: 2\n' },
    });
    const found = result.ok ? undefined : result.diagnostics.find(({ code }) => code === 'unknown-recipe');
    expect(found?.related?.map(({ message }) => message)).toEqual(['`{{A}}` is set here', '`{{B}}` is set here']);
  });
});
