/** The rows on which the model errs most. */
import type { Section, TableBlock } from '../../cards/blocks.ts';
import type { Value } from '../../data/table.ts';
import { HIDDEN } from '../profile-table.ts';
import type { Evaluated } from './evaluated.ts';
import { spaceWords } from './explanation-sections.ts';
import { worstReasons } from './worst-reasons.ts';

/** A wide table would hide what is wrong behind a scroll bar. */
const SHOWN_COLUMNS = 12;

export function worstSection(evaluated: Evaluated): Section {
  const { worst, params, target, prediction, scores, hidden, transformer, explanation, model } = evaluated;
  // What names the row stands first: with it the row is found again.
  const keys = new Set(transformer.choices.filter(({ isRowKey }) => isRowKey).map(({ column }) => column));
  const names = worst.rows.columnNames.filter((name) => name !== params.target);
  const columns = [...names.filter((name) => keys.has(name)), ...names.filter((name) => !keys.has(name))].slice(0, SHOWN_COLUMNS);
  const rows = [...worst.positions].map((position, index): TableBlock['rows'][number] => {
    const raw = worst.rows.row(index);
    const code = prediction[position] as number;
    const said = target.kind === 'regression' ? code : (target.classes[code] ?? '');
    const truth =
      target.kind === 'regression' ? (target.values[position] as number) : (target.classes[target.codes[position] as number] ?? '');
    return {
      ':truth': truth,
      ':prediction': said,
      ':error': worst.errors[index] as number,
      ':reasons': worstReasons(evaluated, index) ?? null,
      ...Object.fromEntries(columns.map((name) => [name, hidden.columns(name) ? HIDDEN : cell(raw[name] ?? null)])),
    };
  });
  const { contributions } = explanation;
  const label = 'outputs' in contributions && contributions.outputs > 1 ? 'the predicted class' : model.classes?.at(-1);
  const reasonsNote =
    'missing' in contributions
      ? ''
      : ` What moved it most: a column, its value, and what it adds to ${spaceWords(contributions.space, params.target, label)}.`;
  return {
    id: 'worst',
    title: 'Worst predictions',
    note: `${
      target.kind === 'regression'
        ? 'The test rows with the largest error (prediction − truth).'
        : scores === undefined
          ? 'Test rows whose class is predicted wrongly.'
          : 'The test rows with the lowest probability for the true class; the error is one minus that.'
    }${reasonsNote}`,
    blocks: [
      {
        kind: 'table',
        columns: [
          { key: ':truth', label: params.target, align: target.kind === 'regression' ? 'right' : 'left' },
          { key: ':prediction', label: 'Prediction', align: target.kind === 'regression' ? 'right' : 'left' },
          { key: ':error', label: 'Error', align: 'right' },
          ...(rows.some((row) => row[':reasons'] !== null) ? [{ key: ':reasons', label: 'What moved it most' }] : []),
          ...columns.map((name) => ({ key: name, label: name, ...(typeof rows[0]?.[name] === 'number' && { align: 'right' as const }) })),
        ],
        rows,
      },
    ],
  };
}

function cell(value: Value): string | number | boolean | null {
  return value instanceof Date ? value.toISOString().replace(/T00:00:00\.000Z$/, '') : value;
}
