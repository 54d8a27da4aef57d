/** Which classes a classifier takes for which, and whether the class that it predicts is as likely as it says. */
import type { KeyNumber, Section } from '../../cards/blocks.ts';
import { calibration, topClass } from '../../ml/evaluate/calibration.ts';
import { perClassReport, topConfusions } from '../../ml/evaluate/per-class.ts';
import { type Confusion, confusionMatrix } from '../../ml/metrics/confusion.ts';
import { binarySections } from './binary-sections.ts';
import { calibrationErrorText } from './calibration-error.ts';
import type { Evaluated } from './evaluated.ts';
import { keyNumber, metricCell } from './key-number.ts';

export function classificationKeyNumbers(evaluated: Evaluated): readonly KeyNumber[] {
  const { task, scores } = evaluated;
  if (task === 'binary') {
    const names =
      scores === undefined
        ? ['f1_score', 'precision_score', 'recall_score', 'accuracy_score']
        : ['f1_score', 'roc_auc', 'precision_recall_auc', 'log_loss', 'accuracy_score'];
    return names.map((name) => keyNumber(evaluated, name));
  }
  const names =
    scores === undefined
      ? ['f1_score_macro', 'accuracy_score', 'precision_score', 'recall_score']
      : ['f1_score_macro', 'accuracy_score', 'roc_auc', 'log_loss'];
  return names.map((name) => keyNumber(evaluated, name));
}

export function classificationSections(evaluated: Evaluated): readonly Section[] {
  const { target, prediction } = evaluated;
  if (target.kind !== 'classification' || prediction.length === 0) return [];
  const confusion = confusionMatrix(target.codes, Int32Array.from(prediction), target.classes.length);
  return [
    ...(evaluated.task === 'binary'
      ? binarySections(evaluated, target.codes, target.classes)
      : topClassSection(evaluated, target.codes, target.classes)),
    confusionSection(confusion, target.classes),
    perClassSection(confusion, target.classes),
  ];
}

function topClassSection({ scores, sampleWeight }: Evaluated, codes: Int32Array, classes: readonly string[]): readonly Section[] {
  if (scores === undefined) return [];
  const top = topClass(scores, codes, classes.length);
  const calibrated = calibration(top.scores, top.isCorrect, { weight: sampleWeight });
  return [
    {
      id: 'calibration',
      title: 'Calibration of the predicted class',
      blocks: [
        {
          kind: 'figures',
          figures: [
            {
              form: 'calibration',
              title: 'Is it right as often as it says?',
              description: `Of the rows with a probability of the predicted class, how many are right; ${calibrationErrorText(calibrated.expectedCalibrationError)}`,
              xLabel: 'mean probability',
              yLabel: 'share right',
              bins: calibrated.bins,
            },
          ],
        },
      ],
    },
  ];
}

/** More classes than this make no readable matrix; the table of confusions says it. */
const MOST_CLASSES = 20;

function confusionSection(confusion: Confusion, classes: readonly string[]): Section {
  const { size, counts } = confusion;
  const wrong = topConfusions(confusion, 8);
  return {
    id: 'confusion',
    title: 'Confusion',
    note: 'Rows are the truth, columns the prediction.',
    blocks: [
      ...(size > MOST_CLASSES
        ? []
        : [
            {
              kind: 'figures' as const,
              figures: [
                {
                  form: 'heat-map' as const,
                  title: 'Rows by true and predicted class',
                  description:
                    wrong[0] === undefined
                      ? 'Every row is right'
                      : `The most frequent mistake is ${classes[wrong[0].truth]} taken for ${classes[wrong[0].predicted]}: ${wrong[0].count} rows`,
                  rows: classes,
                  columns: classes,
                  values: Array.from({ length: size }, (_, row) => Array.from(counts.subarray(row * size, (row + 1) * size))),
                  normalise: 'row' as const,
                },
              ],
            },
          ]),
      ...(wrong.length === 0
        ? []
        : [
            {
              kind: 'table' as const,
              caption: 'Most frequent mistakes',
              columns: [
                { key: 'truth', label: 'Truth' },
                { key: 'predicted', label: 'Predicted' },
                { key: 'count', label: 'Rows', align: 'right' as const, format: 'integer' as const },
                { key: 'share', label: 'Of the class', align: 'right' as const, format: 'percent' as const },
              ],
              rows: wrong.map(({ truth, predicted, count, share }) => ({
                truth: classes[truth] ?? '',
                predicted: classes[predicted] ?? '',
                count,
                share,
              })),
            },
          ]),
    ],
  };
}

function perClassSection(confusion: Confusion, classes: readonly string[]): Section {
  return {
    id: 'classes',
    title: 'Per class',
    blocks: [
      {
        kind: 'table',
        sortable: true,
        columns: [
          { key: 'label', label: 'Class' },
          { key: 'support', label: 'Rows', align: 'right', format: 'integer' },
          { key: 'predicted', label: 'Predicted', align: 'right', format: 'integer' },
          { key: 'precision', label: 'Precision', align: 'right' },
          { key: 'precisionInterval', label: '95 %', graphic: 'interval' },
          { key: 'recall', label: 'Recall', align: 'right' },
          { key: 'recallInterval', label: '95 %', graphic: 'interval' },
          { key: 'f1', label: 'F1', align: 'right' },
        ],
        rows: perClassReport(confusion, classes).map(
          ({ label, support, predicted, precision, recall, f1, precisionInterval, recallInterval }) => ({
            label,
            support,
            predicted,
            precision: metricCell(precision),
            precisionInterval:
              precision.value === undefined ? { missing: 'never predicted' } : { ...precisionInterval, value: precision.value },
            recall: metricCell(recall),
            recallInterval: recall.value === undefined ? { missing: 'not in the test rows' } : { ...recallInterval, value: recall.value },
            f1: metricCell(f1),
          }),
        ),
      },
    ],
  };
}
