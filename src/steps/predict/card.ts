/** What is said of scored rows: how the predictions lie beside those of training, and where they went. */
import type { CardContent, Finding, KeyNumber, Section } from '../../cards/blocks.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import type { PredictionSummary } from '../../models/prediction-summary.ts';
import { PROFILE_COLUMNS, profileCells } from '../profile-table.ts';
import { showNumber } from '../show-number.ts';
import { formatCount, percent, plural } from '../wording.ts';
import type { Delivered, ScoredOutput } from './params.ts';

export interface PredictReport {
  readonly rows: number;
  /** Such as `models:/houses/3`. */
  readonly model: string;
  readonly training: PredictionSummary;
  readonly predictions: PredictionSummary;
  readonly output: ScoredOutput;
  readonly delivered: Delivered;
  /** Columns of the data that gave way to the prediction. */
  readonly replaced: readonly string[];
  /** The model needs code of the user, and that is not what it was. */
  readonly isCodeChanged: boolean;
  readonly codeFile: string;
  /** Column → rows with a text that training rows do not have. */
  readonly unseen: ReadonlyMap<string, number>;
  /** Absent when the recipe wants none. */
  readonly profiles?: readonly ColumnProfile[];
}

/** A share of predictions beyond those of training that deserves a look. */
const MUCH_OUTSIDE = 0.01;

export function predictFindings(report: PredictReport): readonly Finding[] {
  const { rows, predictions, delivered, output, replaced, unseen, isCodeChanged, codeFile } = report;
  const findings: Finding[] = [];
  if (isCodeChanged)
    findings.push({
      code: 'SCORING_CODE_CHANGED',
      severity: 'warning',
      message: `${codeFile} is not what it was when the model was trained; the model was restored by the present code`,
    });
  for (const name of replaced)
    findings.push({
      code: 'SCORING_COLUMN_REPLACED',
      severity: 'warning',
      column: name,
      message: `the new data have a column \`${name}\`, which the prediction replaces`,
    });
  for (const [column, count] of unseen)
    findings.push({
      code: 'SCORING_UNSEEN_CATEGORY',
      severity: count / rows > MUCH_OUTSIDE ? 'warning' : 'info',
      column,
      message: `${plural(count, 'row')} (${percent(count / rows)}) ${count === 1 ? 'has a text' : 'have texts'} in \`${column}\` that no training row has`,
    });
  if (predictions.kind === 'regression') {
    const outside = predictions.below + predictions.above;
    if (rows > 0 && outside / rows > MUCH_OUTSIDE)
      findings.push({
        code: 'SCORING_OUT_OF_RANGE',
        severity: 'warning',
        message: `${plural(outside, 'prediction')} (${percent(outside / rows)}) ${outside === 1 ? 'lies' : 'lie'} outside of what the model predicted in training`,
      });
  }
  if (!delivered.isWritten)
    findings.push({
      code: 'SCORING_OUTPUT_LEFT',
      severity: 'info',
      message: `${output.location} existed and was left as it is (\`save_mode: ignore\`); the scored rows are the artifact \`scored_data\``,
    });
  return findings;
}

export function predictCard(report: PredictReport): CardContent {
  const { rows, model, predictions, training, output, delivered, profiles } = report;
  const mean: readonly KeyNumber[] =
    predictions.kind === 'regression'
      ? [
          {
            label: 'Mean prediction',
            value: predictions.mean,
            ...(training.kind === 'regression' && training.mean !== null && { context: `${showNumber(training.mean)} in training` }),
          },
        ]
      : [];
  return {
    headline: `${formatCount(rows)} rows scored`,
    sentence: `${plural(rows, 'row')} scored with ${model}; ${delivered.isWritten ? `the table is in ${output.location}` : `${output.location} was left as it is`}.`,
    keyNumbers: [
      { label: 'Rows', value: rows, format: 'integer' },
      ...mean,
      { label: 'Output', value: delivered.sizeBytes, format: 'bytes' },
    ],
    sections: [distribution(report), ...(profiles === undefined ? [] : [profile(profiles)]), source(report)],
  };
}

function distribution({ predictions, training }: PredictReport): Section {
  const title = 'Predictions beside those of training';
  if (predictions.kind === 'classification') {
    const before = new Map(training.kind === 'classification' ? training.classes : []);
    const share = (count: number, of: number): number | null => (of === 0 ? null : count / of);
    const rows = predictions.classes.map(([label, count]) => ({
      label,
      rows: count,
      share: share(count, predictions.rows),
      training: share(before.get(label) ?? 0, training.rows),
    }));
    const columns = [
      { key: 'label', label: 'Class' },
      { key: 'rows', label: 'Rows', align: 'right', format: 'integer' },
      { key: 'share', label: 'Share', align: 'right', format: 'percent' },
      { key: 'training', label: 'Share in training', align: 'right', format: 'percent' },
    ] as const;
    return { id: 'predictions', title, blocks: [{ kind: 'table', sortable: true, columns, rows }] };
  }
  const { edges, counts, below, above } = predictions;
  if (edges.length < 2)
    return { id: 'predictions', title, blocks: [{ kind: 'note', tone: 'plain', text: 'There is nothing to compare with.' }] };
  const [low, high] = [showNumber(edges[0] as number), showNumber(edges.at(-1) as number)];
  return {
    id: 'predictions',
    title,
    ...(below + above > 0 && {
      note: `${plural(below, 'prediction')} below ${low} and ${plural(above, 'prediction')} above ${high} are not drawn.`,
    }),
    blocks: [
      {
        kind: 'figures',
        figures: [
          {
            form: 'histogram',
            title: 'Distribution of the predictions',
            description: `Shares of the rows between ${low} and ${high}, the range of the predictions in training`,
            xLabel: 'prediction',
            yLabel: 'share of the rows',
            edges,
            normalise: 'series',
            series: [
              { label: 'new rows', counts },
              ...(training.kind === 'regression' ? [{ label: 'training', counts: training.counts }] : []),
            ],
          },
        ],
      },
    ],
  };
}

function profile(profiles: readonly ColumnProfile[]): Section {
  const rows = profiles.map((one) => profileCells(one));
  return { id: 'profile', title: 'What was added to the rows', blocks: [{ kind: 'table', columns: PROFILE_COLUMNS, rows }] };
}

function source({ model, output, rows }: PredictReport): Section {
  const columns = [
    { key: 'fact', label: 'What' },
    { key: 'value', label: 'Value' },
  ];
  const facts = [
    { fact: 'Model', value: model },
    { fact: 'Output', value: output.location },
    { fact: 'Format', value: output.using },
    { fact: 'Save mode', value: output.save_mode },
    { fact: 'Scored rows', value: formatCount(rows) },
  ];
  return { id: 'output', title: 'Model and output', blocks: [{ kind: 'table', columns, rows: facts }] };
}
