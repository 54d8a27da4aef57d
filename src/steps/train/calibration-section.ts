/** Whether the probabilities of the final model come true, with its calibration and without. */
import type { Cell, Figure, Finding, Section } from '../../cards/blocks.ts';
import { type Calibration, calibration, topClass } from '../../ml/evaluate/calibration.ts';
import { columnOf, membership } from '../../ml/metrics/classification.ts';
import { computeMetrics } from '../../ml/metrics/compute.ts';
import { calibrationErrorText } from '../evaluate/calibration-error.ts';
import { showNumber } from '../show-number.ts';
import type { ClassesShown } from './classes-shown.ts';

interface Calibrated {
  readonly loss: Cell;
  readonly error: Cell;
  readonly figure: Calibration;
}

/** The validation rows before and after; `undefined` without a calibration. */
function compared({
  labels,
  validation,
  scores,
  uncalibrated,
}: ClassesShown): { readonly before: Calibrated; readonly after: Calibrated } | undefined {
  const { y, sampleWeight: weight } = validation;
  if (uncalibrated === undefined || scores === undefined || y.kind !== 'classification') return undefined;
  const of = (probabilities: Float64Array): Calibrated => {
    const top = labels.length === 2 ? undefined : topClass(probabilities, y.codes, labels.length);
    const figure =
      top === undefined
        ? calibration(columnOf(probabilities, 2, 1), membership(y.codes, 1), { weight })
        : calibration(top.scores, top.isCorrect, { weight });
    const loss = computeMetrics(y, new Float64Array(y.codes.length), probabilities, { sampleWeight: weight }).get('log_loss');
    const { expectedCalibrationError: error } = figure;
    return {
      figure,
      loss: loss?.value ?? { missing: loss?.missing ?? 'not measured' },
      error: error.value ?? { missing: error.missing ?? 'not measured' },
    };
  };
  return { before: of(uncalibrated), after: of(scores) };
}

/** Told where probabilities are farther from the truth with it. */
export function calibrationFindings(shown: ClassesShown): readonly Finding[] {
  const [before, after] = [compared(shown)?.before.loss, compared(shown)?.after.loss];
  if (typeof before !== 'number' || typeof after !== 'number' || after <= before) return [];
  const other =
    shown.wanted.calibrate_proba === 'isotonic'
      ? '`calibrate_proba: sigmoid` needs fewer rows'
      : 'without `calibrate_proba` they are nearer';
  return [
    {
      code: 'TRAIN_CALIBRATION_WORSE',
      severity: 'warning',
      message: `the ${shown.wanted.calibrate_proba} calibration makes the log loss on validation ${showNumber(after)} instead of ${showNumber(before)}; ${other}`,
    },
  ];
}

export function calibrationSection(shown: ClassesShown): readonly Section[] {
  const { wanted, labels } = shown;
  const found = compared(shown);
  if (found === undefined) return [];
  const figure = (title: string, { figure: { bins, expectedCalibrationError } }: Calibrated): Figure => ({
    form: 'calibration',
    title,
    description: `Of the validation rows with a mean probability, how many ${labels.length === 2 ? `are ${labels[1]}` : 'are of the predicted class'}; ${calibrationErrorText(expectedCalibrationError)}`,
    xLabel: 'mean probability',
    yLabel: 'observed share',
    bins,
  });
  const row = (name: string, { loss, error }: Calibrated) => ({ name, loss, error });
  return [
    {
      id: 'calibration',
      title: 'Calibration',
      note: `The final model on the validation rows, of which neither it nor its ${wanted.calibrate_proba} calibration has learned; that was learned on folds of the training rows.`,
      blocks: [
        { kind: 'figures', figures: [figure('Before', found.before), figure('After', found.after)] },
        {
          kind: 'table',
          columns: [
            { key: 'name', label: 'Probabilities' },
            { key: 'loss', label: 'Log loss', align: 'right' },
            { key: 'error', label: 'Calibration error', align: 'right' },
          ],
          rows: [row('before', found.before), row('after', found.after)],
        },
      ],
    },
  ];
}
