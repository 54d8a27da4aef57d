/** What `handle_unknown: error` of `one_hot` says when rows are read that have such a text. */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';

/** The text of the error that the data engine throws. */
export function unknownText(column: string): string {
  return `the column \`${column}\` holds a text that no training row has, ${REFUSED}`;
}

const REFUSED = 'which `handle_unknown: error` of `one_hot` refuses';

/** That error of the engine in our words; any other as it is. */
export function asUnknownText(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  const start = message.indexOf('the column `');
  const end = message.indexOf(REFUSED);
  if (start < 0 || end < start) return error;
  return new DiagnosticError({
    code: 'bad-column',
    severity: 'error',
    message: message.slice(start, end + REFUSED.length),
    hint: 'correct the text, train on rows that have it, or write `handle_unknown: ignore`',
  });
}

export function throwUnknownText(error: unknown): never {
  throw asUnknownText(error);
}
