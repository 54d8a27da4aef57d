/** Rendering takes any span of any text, and suggestions stay within their candidates. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diagnosticToJson, renderConcise, renderDiagnostic } from '../../src/diagnostics/render.ts';
import { closest, editDistance } from '../../src/diagnostics/suggest.ts';
import type { LocatedNode } from '../../src/recipe/located.ts';
import { toValue } from '../../src/recipe/located.ts';
import { parseYaml } from '../../src/recipe/parse-yaml.ts';
import { runs } from '../support/runs.ts';

const number = fc.oneof(fc.integer({ min: -5, max: 80 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0.5, -1e9));

it('renders every span of every text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60, unit: 'binary' }), number, number, fc.string(), (text, start, end, label) => {
      const diagnostic = {
        code: 'bad-value',
        severity: 'error',
        message: text,
        span: { file: 'f', start, end },
        label,
        related: [{ span: { file: 'f', start: end, end: start }, message: 'm' }],
        hint: text,
      } as const;
      const block = renderDiagnostic(diagnostic, () => text);
      expect(block).toContain(' --> f:');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
      expect(block).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/u);
      expect(renderConcise(diagnostic, () => text)).not.toContain('\n');
      const { line, column } = diagnosticToJson(diagnostic, () => text);
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(text.split('\n').length);
      expect(column).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: runs(150) },
  );
});

it('closest names a candidate, and the distance is a distance', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.array(fc.string({ maxLength: 8 }), { maxLength: 6 }), (name, candidates) => {
      const near = closest(name, candidates);
      if (near !== undefined) expect(candidates).toContain(near);
      for (const other of candidates) {
        expect(editDistance(name, other)).toBe(editDistance(other, name));
        expect(editDistance(name, other) === 0).toBe(name === other);
      }
    }),
    { numRuns: runs(200) },
  );
});

it('every scalar of a tree re-reads as its value', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
      fc.constantFrom(0, 2),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const { tree, diagnostics } = parseYaml(text, 'f');
        expect(diagnostics).toEqual([]);
        for (const node of scalars(tree)) expect(JSON.parse(text.slice(node.span.start, node.span.end))).toBe(node.value);
        // As JSON has it: there is one zero.
        expect(tree === undefined ? undefined : toValue(tree)).toEqual(withoutNulls(JSON.parse(text)));
      },
    ),
    { numRuns: runs(150) },
  );
});

function scalars(node: LocatedNode | undefined): readonly Extract<LocatedNode, { kind: 'scalar' }>[] {
  if (node === undefined || node.kind === 'hole') return [];
  if (node.kind === 'scalar') return [node];
  return node.kind === 'list' ? node.items.flatMap(scalars) : [...node.entries.values()].flatMap(({ value }) => scalars(value));
}

/** Keys without a value count as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])));
}
