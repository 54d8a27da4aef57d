/** A command names a step that the recipe does not have. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';

export function unknownStep(name: string, known: readonly string[]): Diagnostic {
  const near = closest(name, known);
  return {
    code: 'unknown-step',
    severity: 'error',
    message: `the recipe has no step \`${name}\``,
    hint: near === undefined ? `the steps are ${listNames(known, known.length)}` : `did you mean \`${near}\`?`,
  };
}
