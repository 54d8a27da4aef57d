/** Texts that once threw, did not end, or were cut within a character: each was found by `test/all/fuzz-recipe.test.ts` or beside it. */
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../support/fuzz/faults.ts';
import { loadedMemory, loadMemory, reports } from '../../support/memory-recipe.ts';

const LEAST = 'recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest: {location: data/houses.csv}\n';
const PLAIN = { kind: 'named', set: [], env: {} };

describe('texts without end', () => {
  it.each([
    ['brackets', `${LEAST}columns: ${'['.repeat(20_000)}1${']'.repeat(20_000)}\n`, 'recipe.yaml:5:110'],
    ['mappings', `${LEAST}columns: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}\n`, 'recipe.yaml:5:410'],
    ['lists on a line', `${LEAST}columns:\n ${'- '.repeat(20_000)}1\n`, 'recipe.yaml:6:200'],
    ['brackets that are not closed', '['.repeat(100_000), 'recipe.yaml:1:101'],
    ['keys of keys', `${LEAST}${'? '.repeat(1000)}\n`, 'recipe.yaml:5:200'],
    ['a block', Array.from({ length: 600 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'recipe.yaml:201:200'],
  ])('nested %s', (_, recipe, place) => {
    expect(reports(loadMemory({ recipe }))).toEqual([`${place} error[yaml-syntax] the values are nested too deep to be read`]);
  });

  it('brackets in quotes and comments are no levels', () => {
    const recipe = `${LEAST}# ${'['.repeat(500)}\nexperiment: {name: "${'[ '.repeat(250)}"}\n`;
    expect(loadedMemory({ recipe }).recipe.experiment.name).toHaveLength(500);
  });

  it('a long path of --set', () => {
    expect(reports(loadMemory({ recipe: LEAST, set: [`steps${'.a'.repeat(20_000)}=1`] }))).toEqual([
      '--set:1:1 error[bad-override] the path has 20001 names; no value of a recipe lies so deep',
    ]);
  });

  it('a deep value in the data', () => {
    const data = Buffer.from(`[{"price": ${'['.repeat(20_000)}${']'.repeat(20_000)}}]`);
    expect(outcomeOf({ ...PLAIN, recipe: LEAST.replace('csv', 'json'), data })).toEqual({ isAccepted: false, codes: ['bad-target'] });
  });
});

describe('texts that multiply', () => {
  it('thousands of aliases', () => {
    const recipe = `${LEAST}a: &a 1\nb: [${'*a, '.repeat(9000)}]\n`;
    expect(reports(loadMemory({ recipe }))).toEqual([
      'recipe.yaml:5:1 error[unknown-key] `a` is not a key of a recipe',
      'recipe.yaml:6:1 error[unknown-key] `b` is not a key of a recipe',
    ]);
  });

  it('a large value for many placeholders', () => {
    const recipe = `${LEAST}  train: {estimator_method: f, estimator_params: {l: [${'{{BIG}}, '.repeat(3000)}]}}\n`;
    const result = loadMemory({ recipe, profiles: { local: `BIG: [${'1, '.repeat(15_000)}]\n` } });
    expect(reports(result)).toEqual([
      'recipe.yaml:5:406 error[bad-placeholder] the placeholders of this file stand for more than can be filled in (10 million characters)',
    ]);
  });

  it('profiles that extend two others each', () => {
    const profiles = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`p${at}`, `extends: [p${at + 1}, p${at + 1}]\n`]));
    const end = { p30: 'experiment: {name: end}\n', local: 'extends: p0\n' };
    expect(loadedMemory({ recipe: LEAST, profiles: { ...profiles, ...end } }).recipe.experiment.name).toBe('end');
  });

  it('profiles that extend one another without end', () => {
    const profiles = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`p${at}`, `extends: p${at + 1}\n`]));
    expect(reports(loadMemory({ recipe: LEAST, profiles, profile: 'p0' }))).toEqual([
      'profiles/p49.yaml:1:10 error[bad-value] more than 50 profiles extend one another',
    ]);
  });

  it('references that are not closed', () => {
    const reference = '$'.concat('{file:a:-');
    const profiles = { local: `experiment: {name: "${reference.repeat(10_000)}"}\n` };
    expect(outcomeOf({ ...PLAIN, recipe: LEAST, profile: profiles.local })).toEqual({ isAccepted: false, codes: ['bad-placeholder'] });
  });

  it('a mistake at each of many columns', () => {
    const recipe = `${LEAST}columns: {${Array.from({ length: 9000 }, (_, at) => `k${at}: 1`).join(', ')}}\n`;
    expect(reports(loadMemory({ recipe }))).toHaveLength(9000);
  });

  it('a length of time that no timer has', () => {
    expect(reports(loadMemory({ recipe: `${LEAST}  train: {timeout: 1000h}\n` }))).toEqual([
      'recipe.yaml:5:20 error[bad-value] `1000h` is no length of time',
    ]);
  });

  it('a name without a value, told once', () => {
    expect(reports(loadMemory({ recipe: `${LEAST}experiment: {name: "${'{{X}}'.repeat(3000)}"}\n` }))).toEqual([
      'recipe.yaml:5:21 error[undefined-placeholder] `{{X}}` has no value: no profile is in use',
    ]);
  });

  it('thousands of mistakes on one line', () => {
    const recipe = `${LEAST}columns: {${Array.from({ length: 1500 }, (_, at) => `x${at}: {roel: 1}, `).join('')}}\n`;
    expect(outcomeOf({ ...PLAIN, recipe }).fault).toBeUndefined();
    expect(reports(loadMemory({ recipe }))).toHaveLength(1500);
  });
});

describe('keys without a value', () => {
  it('do not stand for the section that is missing', () => {
    expect(reports(loadMemory({ recipe: 'recipe: regression/v1\ningest:\ntarget_col: price\n' }))).toEqual([
      'recipe.yaml:1:1 error[missing-key] `steps` is missing',
      'recipe.yaml:2:1 error[unknown-key] `ingest` is not a key of a recipe',
    ]);
  });

  it('are told where they are not known, such as what a comma cuts off', () => {
    const cut = LEAST.replace(/ingest:.*/u, 'ingest: {using: sql, inputs: {t: data/houses.csv}, sql: select a, b from t}');
    expect(reports(loadMemory({ recipe: cut }))).toEqual(['recipe.yaml:4:69 error[unknown-key] `b from t` is not a key of `steps.ingest`']);
    expect(reports(loadMemory({ recipe: `${LEAST}  evaluate:\n` }))).toEqual([]);
  });

  it('say nothing of a column', () => {
    expect(reports(loadMemory({ recipe: `${LEAST}columns: {id: {role: }}\n` }))).toEqual([
      'recipe.yaml:5:11 error[missing-key] nothing is said of `id`',
    ]);
  });
});

describe('characters of two halves', () => {
  it.each([
    [
      `${LEAST}primary_metric: ${'😀'.repeat(80)}\n`,
      `recipe.yaml:5:17 error[unknown-metric] \`${'😀'.repeat(80)}\` is not a metric of regression`,
    ],
    [
      LEAST.replace('regression/v1', `x${'😀'.repeat(80)}`),
      `recipe.yaml:1:9 error[unknown-recipe] \`recipe\` must be \`regression/v1\` or \`classification/v1\`; found \`x${'😀'.repeat(29)}…\``,
    ],
    [`${LEAST}"a\\𝒳": 1\n`, 'recipe.yaml:5:3 error[yaml-syntax] `\\𝒳` means nothing within double quotes'],
  ])('are not cut: %#', (recipe, expected) => {
    expect(reports(loadMemory({ recipe }))).toEqual([expected]);
  });
});

describe('characters for our own use', () => {
  it('are those of the text when they are written as escapes', () => {
    const recipe = `${LEAST}primary_metric: {{X|default(max_error)}}\nexperiment: {name: "\\ue000\\U0000E001"}\n`;
    expect(loadedMemory({ recipe }).recipe.experiment.name).toBe('\ue000\ue001');
  });
});
