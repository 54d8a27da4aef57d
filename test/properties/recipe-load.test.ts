/** Whatever the files say, loading does not throw, every span lies in its file, and rendering works. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment are what is tested
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderConcise, renderDiagnostic } from '../../src/diagnostics/render.ts';
import type { LoadResult } from '../../src/recipe/load.ts';
import { maskPlaceholders } from '../../src/recipe/placeholder-scan.ts';
import { loadedMemory, loadMemory } from '../support/memory-recipe.ts';
import { runs } from '../support/runs.ts';

const RECIPE = `recipe: regression/v1
target_col: "price"
primary_metric: {{METRIC|default(max_error)}}
columns: {id: {role: id}, 価格: {role: ignore}}
steps:
  ingest: {{INGEST}}
  split:
    split_ratios: {{RATIOS|default([0.75, 0.125, 0.125])}}
  train: {using: linear, seed: 3}
  evaluate:
    validation_criteria:
      - {metric: max_error, threshold: "{{T}}"}
  predict: {output: {using: csv, location: "out/{{NAME}}.csv"}}
`;
const PROFILE = `INGEST: {using: csv, location: data/houses.csv}
NAME: \${env:NAME:-scored}
T: 10
experiment:
  name: houses
  tracking_uri: https://\${env:TOKEN}@example.org
`;
const SNIPPETS = [
  '{{',
  '}}',
  '{{X}}',
  '{% if %}',
  '${env:',
  '${env:A}',
  '\n',
  '\r\n',
  '\t',
  '  ',
  ': ',
  '- ',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '<<: ',
  '|\n',
  '#',
  '!x ',
  '\ufeff',
  '\ue000',
  '👩‍👩‍👧',
  'null',
  '-1',
  '~',
  'steps',
  '---\n',
];

/** Cut a piece out of a text and put another in. */
const edit = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 12 }),
  text: fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 8, unit: 'binary' })),
});
const edited = (base: string): fc.Arbitrary<string> =>
  fc.array(edit, { maxLength: 4 }).map((edits) =>
    edits.reduce((text, { at, length, text: inserted }) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + inserted + text.slice(start + length);
    }, base),
  );
const segment = fc.constantFrom(
  'steps',
  'train',
  'seed',
  'evaluate',
  'validation_criteria',
  '0',
  '9',
  'columns',
  '"a.b"',
  '',
  '__proto__',
  'constructor',
);
const override = fc.oneof(
  fc
    .tuple(fc.array(segment, { maxLength: 5 }), fc.constantFrom('1', '[1', '{{X}}', '${env:A}', '', 'a: b', '*x', '{a: 1}'))
    .map(([path, value]) => `${path.join('.')}=${value}`),
  fc.string({ maxLength: 12 }),
);

function check(result: LoadResult): void {
  const found = result.ok ? result.warnings : result.diagnostics;
  if (!result.ok) expect(found.some(({ severity }) => severity === 'error')).toBe(true);
  for (const diagnostic of found) {
    for (const { span } of [...(diagnostic.span === undefined ? [] : [{ span: diagnostic.span }]), ...(diagnostic.related ?? [])]) {
      const text = result.files.get(span.file);
      expect(text, span.file).toBeDefined();
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeGreaterThanOrEqual(span.start);
      expect(span.end).toBeLessThanOrEqual(text?.length ?? 0);
    }
    expect(renderDiagnostic(diagnostic, (file) => result.files.get(file))).toContain(`${diagnostic.severity}[${diagnostic.code}]: `);
    expect(renderConcise(diagnostic, (file) => result.files.get(file))).not.toMatch(/[\ue000-\ue010]{5}|\n/u);
  }
}

describe('loading', () => {
  it('starts from a recipe without mistakes', () => {
    const { recipe } = loadedMemory({
      recipe: RECIPE.replace('"{{T}}"', '{{T}}'),
      profiles: { local: PROFILE.replaceAll('NAME: ${env:NAME:-scored}', 'NAME: scored') },
      env: { TOKEN: 't' },
    });
    expect(recipe.steps.predict?.location).toBe('out/scored.csv');
  });

  it('survives any edit of recipe, profile and --set', () => {
    fc.assert(
      fc.property(edited(RECIPE), edited(PROFILE), fc.array(override, { maxLength: 3 }), (recipe, local, set) => {
        check(loadMemory({ recipe, profiles: { local }, set, env: { TOKEN: 't', A: 'a' } }));
      }),
      { numRuns: runs(120) },
    );
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60, unit: 'binary' }),
        fc.array(fc.constantFrom(...SNIPPETS), { maxLength: 12 }),
        (text, snippets) => {
          check(loadMemory({ recipe: snippets.join(''), profiles: { local: text } }));
          check(loadMemory({ recipe: text }));
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it('gives the same for the same files', () => {
    fc.assert(
      fc.property(edited(RECIPE), (recipe) => {
        const load = (): unknown => {
          const result = loadMemory({ recipe, profiles: { local: PROFILE }, env: { TOKEN: 't' } });
          return result.ok ? result.value.recipe : result.diagnostics;
        };
        expect(load()).toEqual(load());
      }),
      { numRuns: runs(50) },
    );
  });
});

describe('values', () => {
  const scalar = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.string({ maxLength: 10, unit: 'grapheme' }),
  );
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/u), tie('value'), { maxKeys: 3 }),
    ),
  })).value;

  it('pass through a placeholder, a default and --set unchanged', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const json = JSON.stringify(value);
        const recipe = (text: string): string =>
          `recipe: regression/v1\ntarget_col: y\nsteps:\n  ingest: {location: data/houses.csv}\n  train: {estimator_method: f, estimator_params: {p: ${text}}}\n`;
        const read = (project: Parameters<typeof loadedMemory>[0]): unknown =>
          loadedMemory(project).recipe.steps.train.estimator_params['p'];
        const expected = JSON.parse(json) as unknown;
        expect(read({ recipe: recipe('{{X}}'), profiles: { local: `X: ${json}\n` } })).toEqual(expected);
        expect(read({ recipe: recipe('0'), set: [`steps.train.estimator_params.p=${json}`] })).toEqual(expected);
        if (!/\$\{env:|\{%/u.test(json)) expect(read({ recipe: recipe(`{{X|default(${json})}}`) })).toEqual(expected);
      }),
      { numRuns: runs(100) },
    );
  });

  it('mask and text have one length', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ unit: 'binary' }))), (parts) => {
        const text = parts.join('');
        const { text: masked, placeholders } = maskPlaceholders(text);
        expect(masked.length).toBe(text.length);
        for (const placeholder of placeholders.values()) expect(text.slice(placeholder.start, placeholder.end)).toBe(placeholder.text);
      }),
      { numRuns: runs(150) },
    );
  });
});
