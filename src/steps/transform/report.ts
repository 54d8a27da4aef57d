/**
 * What the transformer does, column by column, and what comes out of it.
 */
import type { CardContent, Finding, Section } from '../../cards/blocks.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import type { FittedOperation, Transformer } from '../../data/transform/transformer.ts';
import { COUNTED, PROFILE_COLUMNS, profileCells } from '../profile-table.ts';
import { formatCount, percent, plural } from '../wording.ts';

export interface TransformReport {
  readonly transformer: Transformer;
  /** The first features on the training rows. */
  readonly profiles: readonly ColumnProfile[];
  /** Features that are the same in all training rows. */
  readonly constant: readonly string[];
  readonly trainingRows: number;
  readonly validationRows: number;
  /** Column → validation rows with a text that training rows do not have. */
  readonly unseen: ReadonlyMap<string, number>;
  /** Features whose values must not be shown. */
  readonly hidden: ReadonlySet<string>;
}

const MANY_COLUMNS = 200;

export function transformFindings({ transformer, constant, validationRows, unseen }: TransformReport): readonly Finding[] {
  // A bucket of hashes that no text falls into is no mistake.
  const buckets = new Set(
    operationsOf(transformer).flatMap((operation) =>
      operation.op === 'word_counts' || operation.op === 'feature_hash' ? operation.names : [],
    ),
  );
  const findings = constant
    .filter((column) => !buckets.has(column))
    .map(
      (column): Finding => ({
        code: 'TRANSFORM_CONSTANT_OUTPUT',
        severity: 'warning',
        column,
        message: 'the feature is the same in all training rows',
      }),
    );
  for (const operation of operationsOf(transformer)) {
    if (operation.op === 'one_hot' && operation.levels.length > MANY_COLUMNS) {
      findings.push({
        code: 'TRANSFORM_WIDTH_EXPLODED',
        severity: 'warning',
        column: operation.column,
        message: `one column became ${formatCount(operation.levels.length)}`,
      });
    }
  }
  for (const [column, rows] of unseen) {
    findings.push({
      code: 'TRANSFORM_UNSEEN_CATEGORY',
      severity: 'info',
      column,
      message: `${plural(rows, 'validation row')} (${percent(rows / validationRows)}) ${rows === 1 ? 'has a text' : 'have texts'} that no training row has`,
    });
  }
  return findings;
}

/** Names on one line of the terminal. */
const NAMED = 5;

export function transformSummary({ transformer }: TransformReport): string {
  const { features, choices } = transformer;
  const used = new Set(transformer.inputs.map(({ name }) => name)).size;
  const dropped = choices.filter(({ isDropped }) => isDropped).map(({ column }) => column);
  const categorical = features.filter(({ kind }) => kind === 'categorical').length;
  const kinds = [
    ...(features.length > categorical ? [`${formatCount(features.length - categorical)} numeric`] : []),
    ...(categorical > 0 ? [`${formatCount(categorical)} categorical`] : []),
  ];
  return `${plural(used, 'column')} → ${plural(features.length, 'feature')} (${kinds.join(', ')})${dropped.length > 0 ? `; dropped ${dropped.length > NAMED ? `${dropped.slice(0, NAMED).join(', ')} and ${formatCount(dropped.length - NAMED)} more` : dropped.join(', ')}` : ''}`;
}

export function transformCard(report: TransformReport): CardContent {
  const { transformer, trainingRows, validationRows } = report;
  const dropped = transformer.choices.filter(({ isDropped }) => isDropped);
  return {
    headline: `${formatCount(transformer.features.length)} features`,
    sentence: `${transformSummary(report)}, fitted on ${plural(trainingRows, 'training row')} alone and applied to ${plural(validationRows, 'validation row')}.`,
    keyNumbers: [
      { label: 'Columns in', value: transformer.inputs.length, format: 'integer' },
      { label: 'Features out', value: transformer.features.length, format: 'integer' },
      { label: 'Dropped', value: dropped.length, format: 'integer' },
    ],
    sections: [choicesSection(transformer), featuresSection(report)],
  };
}

function choicesSection({ inputs, choices }: Transformer): Section {
  const types = new Map(inputs.map(({ name, type }) => [name, type === 'string' ? 'text' : type]));
  const rows = choices.map(({ column, text }) => ({ column, type: types.get(column) ?? null, choice: text }));
  return {
    id: 'choices',
    title: 'What happens to each column',
    blocks: [
      {
        kind: 'table',
        columns: [
          { key: 'column', label: 'Column' },
          { key: 'type', label: 'Type' },
          { key: 'choice', label: 'Choice' },
        ],
        rows,
      },
    ],
  };
}

function featuresSection({ transformer, profiles, hidden }: TransformReport): Section {
  const kinds = new Map(transformer.features.map(({ name, kind }) => [name, kind]));
  const rows = profiles.map((profile) => ({ ...profileCells(profile, hidden.has(profile.name)), type: kinds.get(profile.name) ?? null }));
  const omitted = transformer.features.length - profiles.length;
  const isProfiled = profiles.some(({ histogram }) => histogram !== undefined);
  const columns = PROFILE_COLUMNS.filter(({ key }) => key !== 'top' && (isProfiled || COUNTED.has(key))).map((column) =>
    column.key === 'name' ? { ...column, label: 'Feature' } : column,
  );
  return {
    id: 'features',
    title: 'Features on the training rows',
    blocks: [{ kind: 'table', sortable: true, columns, rows, ...(omitted > 0 && { omitted }) }],
  };
}

function operationsOf(transformer: Transformer): readonly FittedOperation[] {
  return transformer.kind === 'pipeline' ? transformer.operations : transformer.finish.operations;
}
