/** Errors that the system gave, and what they mean where a plan is made. */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';

/** The disk said no: full, read-only, not permitted. Anything else that is thrown is a bug of ours. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** A store that cannot even be read is the user's world, and must not look like a bug of ours. */
export function unusableStore(error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return new DiagnosticError({
    code: 'cache-unusable',
    severity: 'error',
    message: `the stored results cannot be read: ${error.message}`,
    hint: 'check space, permissions and health of the disk that holds `.recipe/`',
  });
}
