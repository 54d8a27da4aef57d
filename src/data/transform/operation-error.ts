/** A mistake in an operation of a pipeline, with the operation that it is in. */
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';

export class OperationError extends DiagnosticError {
  /** Where the operation stands in its pipeline. */
  readonly index: number;

  constructor(diagnostic: Diagnostic, index: number) {
    super(diagnostic);
    this.index = index;
  }
}
