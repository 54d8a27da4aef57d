/** What the train card is told of classes. */
import type { ClassesReport } from './fit-classes.ts';
import type { ClassesParams } from './params.ts';
import type { Part } from './parts.ts';

export interface ClassesShown {
  /** In the order of their codes; the positive class of two comes last. */
  readonly labels: readonly string[];
  readonly wanted: ClassesParams;
  readonly report: ClassesReport;
  /** Whether the estimator obeys weights. */
  readonly takesWeights: boolean;
  readonly validation: Part;
  /** Probabilities of the validation rows by the model, and by the same model without its calibration. */
  readonly scores?: Float64Array;
  readonly uncalibrated?: Float64Array;
}
