import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parametersYaml } from '../../../../src/steps/train/parameters-yaml.ts';

test('plain names stay plain; the text reads back as what was meant', () => {
  expect(parametersYaml('linear', { l2: 1, fit_intercept: true })).toBe('# linear\nparams:\n  l2: 1\n  fit_intercept: true\n');
  expect(parametersYaml('custom', {})).toBe('# custom\nparams: {}\n');
  const odd = { on: 1, '1': 'a: b', 'x: y': null, '': [1, { deep: '# no comment' }], 'Größe\n': "it's" };
  expect(parse(parametersYaml('custom', odd), { version: '1.1' })).toEqual({ params: odd });
});
