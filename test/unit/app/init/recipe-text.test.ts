import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { recipeText } from '../../../../src/app/init/recipe-text.ts';

const words = { template: 'regression/v1', reason: 'because', target: 'price', location: 'data/a.csv', suggestions: [] };

test('five lines, and what the reader has to be told', () => {
  expect(recipeText(words)).toBe(`# yaml-language-server: $schema=./node_modules/mlrecipe/schema/recipe.schema.json
recipe: regression/v1 # because
target_col: price
steps:
  ingest:
    location: data/a.csv
`);
  const told = parse(recipeText({ ...words, using: 'csv', delimiter: '\t' })) as { steps: { ingest: object } };
  expect(told.steps.ingest).toEqual({ location: 'data/a.csv', using: 'csv', delimiter: '\t' });
});

test.each([
  'yes',
  '1',
  '01',
  '1e3',
  '-',
  '~',
  'null',
  'a: b',
  'a #b',
  '"',
  "it's",
  'a\nb',
  '\u2028',
  '\u0085',
  '*x',
  '&x',
  '<<',
  'größe',
  ' x ',
  '.5',
  '.inf',
  '{a}',
  '__proto__',
  '=',
  '/etc/x',
  '../x y',
])('a column called %j is read back as that text', (name) => {
  const suggestions = [{ kind: 'id-like', section: 'columns', key: name, value: '{ role: id }', reason: `\`${name}\`` }] as const;
  const text = recipeText({ ...words, target: name, location: name, suggestions });
  const read = parse(text.replaceAll(/^# (columns:| {2})/gmu, '$1')) as {
    target_col: string;
    columns: object;
    steps: { ingest: { location: string } };
  };
  expect([read.target_col, read.steps.ingest.location, Object.keys(read.columns)]).toEqual([name, name, [name]]);
});
