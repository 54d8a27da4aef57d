/** The user's mistakes as the errors that leave a step. */
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';

export function problem(code: Diagnostic['code'], message: string, hint?: string): DiagnosticError {
  return new DiagnosticError({ code, severity: 'error', message, ...(hint !== undefined && { hint }) });
}
