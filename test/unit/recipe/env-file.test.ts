/** `--env-file`: what a line may look like, and that no value is shown. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderDiagnostic } from '../../../src/diagnostics/render.ts';
import { parseEnvFile } from '../../../src/recipe/env-file.ts';
import { loadRecipe } from '../../../src/recipe/load.ts';

const values = (text: string) => {
  const { values: found, diagnostics } = parseEnvFile(text, '.env');
  expect(diagnostics).toEqual([]);
  return found;
};

test.each([
  ['A=1', { A: '1' }],
  ['\ufeffA=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['  export A = x y  ', { A: 'x y' }],
  ['# a comment\n\nA=1 # another\nB=a#b\nC=#c', { A: '1', B: 'a#b', C: '' }],
  ['A="x # y" # z', { A: 'x # y' }],
  ["A='x\\n$B' ", { A: 'x\\n$B' }],
  ['A="one\\ntwo \\"three\\""', { A: 'one\ntwo "three"' }],
  ['A="first\nsecond"\nB=`"`', { A: 'first\nsecond', B: '"' }],
  ['A=\nB=', { A: '', B: '' }],
  ['A=1\nA=2', { A: '2' }],
  ['URL=postgres://u:p@h/d?x=1', { URL: 'postgres://u:p@h/d?x=1' }],
  ['__proto__=1', Object.fromEntries([['__proto__', '1']])],
])('%j', (text, expected) => expect(values(text)).toEqual(expected));

test.each([
  ['A=1\nnonsense\nB=2', 2],
  ['A="open', 1],
  ["A='x' y", 1],
  ['1A=2', 1],
])('refuses %j', (text) => {
  const { diagnostics } = parseEnvFile(text, '.env');
  expect(diagnostics.map(({ code }) => code)).toEqual(['bad-env-file']);
});

test('any text is read or refused, never thrown at, and spans stay inside', () => {
  const unit = fc.constantFrom('A', '=', '"', "'", '\\', '\n', '\r', ' ', '#', 'export ', '😀', '`');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      for (const { span } of parseEnvFile(text, '.env').diagnostics) {
        expect(span?.start).toBeGreaterThanOrEqual(0);
        expect(span?.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2000 },
  );
});

test('the environment wins over files and a later file over an earlier one; a mistake shows its line without what it holds', () => {
  const recipe = 'recipe: regression/v1\ntarget_col: y\nsteps:\n  ingest: {location: data.csv}\n';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the recipe's own form
  const profile = 'experiment: {tracking_uri: "https://${env:A}-${env:B}-${env:C}"}\n';
  const load = (second: string) =>
    loadRecipe({
      root: '/p',
      env: { A: 'process' },
      envFiles: [
        { name: 'one.env', text: 'A=one\nB=one\nC=one\n' },
        { name: 'two.env', text: second },
      ],
      readText: (path) => ({ '/p/recipe.yaml': recipe, '/p/profiles/local.yaml': profile })[path.replaceAll('\\', '/')],
      files: { kind: () => 'file', names: () => [] },
    });
  const good = load('B=two\n');
  expect(good.ok && good.value.recipe.experiment.tracking_uri).toBe('https://process-two-one');
  expect(good.ok && good.value.secrets).toEqual(['process', 'two', 'one']);
  const bad = load('B=two\nhunter2 without a name\n');
  if (bad.ok) throw new Error('a line without a name was accepted');
  const shown = bad.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, (file) => bad.files.get(file))).join('\n');
  expect(shown).toContain('two.env:2:1');
  expect(shown).not.toContain('hunter2');
});
