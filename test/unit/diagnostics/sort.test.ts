import { expect, it } from 'vitest';
import type { Diagnostic, Severity } from '../../../src/diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../../../src/diagnostics/sort.ts';

function at(message: string, file?: string, start = 0, severity: Severity = 'error'): Diagnostic {
  return { code: 'bad-value', severity, message, ...(file !== undefined && { span: { file, start, end: start + 1 } }) };
}

it('sorts by file and position, the placeless first, errors before warnings, else as they came', () => {
  const mixed = [
    at('e', 'recipe.yaml', 100),
    at('d', 'recipe.yaml', 20),
    at('c', 'recipe.yaml', 3),
    at('b2', 'profiles/local.yaml', 50, 'warning'),
    at('b1', 'profiles/local.yaml', 50),
    at('d2', 'recipe.yaml', 20),
    at('a'),
    at('B', 'Recipe.yaml'),
  ];
  const before = [...mixed];
  expect(sortDiagnostics(mixed).map(({ message }) => message)).toEqual(['a', 'B', 'b1', 'b2', 'c', 'd', 'd2', 'e']);
  expect(mixed).toEqual(before);
});
