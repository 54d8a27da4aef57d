/** The user's mistakes as the errors that leave a step. */
import type { Section } from '../cards/blocks.ts';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';

export function problem(code: Diagnostic['code'], message: string, hint?: string): DiagnosticError {
  return new DiagnosticError({ code, severity: 'error', message, ...(hint !== undefined && { hint }) });
}

/** A mistake at a place of the step's section in the recipe. */
export interface Problem {
  readonly code: Diagnostic['code'];
  readonly message: string;
  readonly label?: string;
  readonly hint?: string;
  readonly place?: {
    readonly path: readonly (string | number)[];
    readonly at: 'key' | 'value';
    /** Of a value of several lines: the line, and the part of it. */
    readonly within?: { readonly line: string; readonly start: number; readonly length: number };
  };
}

/** Several mistakes at once, or one that has a place in the recipe, with what the card shows of them. */
export class StepProblems extends DiagnosticError {
  readonly problems: readonly Problem[];
  readonly sections: readonly Section[];

  /** `summary` counts them, for where one line must do. */
  constructor(problems: readonly Problem[], summary: string, sections: readonly Section[] = []) {
    const [first] = problems;
    if (first === undefined) throw new Error('no problem to tell');
    const { code, message, label, hint } = problems.length === 1 ? first : { code: first.code, message: summary };
    super({ code, severity: 'error', message, ...(label !== undefined && { label }), ...(hint !== undefined && { hint }) });
    this.problems = problems;
    this.sections = sections;
  }
}
