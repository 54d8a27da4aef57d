/** What an error says: the words of the user's own error where their code threw it. */
export function errorWords(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.name === 'UserCodeError' && innermost.cause !== undefined) innermost = innermost.cause;
  return innermost instanceof Error ? innermost.message : String(innermost);
}
