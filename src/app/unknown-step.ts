/** A command names a step that the recipe does not have. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';

export function unknownStep(name: string, known: readonly string[]): Diagnostic {
  if (name === 'register' && !known.includes('register')) {
    const message = '`register` is left out: a sample is not registered';
    return { code: 'usage', severity: 'error', message, hint: 'run without `--sample`' };
  }
  const near = closest(name, known);
  return {
    code: 'unknown-step',
    severity: 'error',
    message: `the recipe has no step \`${name}\``,
    hint: near === undefined ? `the steps are ${listNames(known, known.length)}` : `did you mean \`${near}\`?`,
  };
}
