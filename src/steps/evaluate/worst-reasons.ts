/** What moved the prediction of a row most, in a few words: `distance 18.2 (+30.1), zip 10001 (−2.1)`. */
import type { Value } from '../../data/table.ts';
import { HIDDEN } from '../profile-table.ts';
import type { Evaluated } from './evaluated.ts';

const SHOWN = 3;
const LONGEST = 24;
const DIGITS = 3;

/** `index` counts the worst rows. Nothing where the model does not say what each feature adds. */
export function worstReasons(evaluated: Evaluated, index: number): string | undefined {
  const { explanation, worst, hidden, prediction, x } = evaluated;
  const { contributions, groups } = explanation;
  if ('missing' in contributions) return undefined;
  const position = worst.positions[index] as number;
  const line = contributions.rows.indexOf(position);
  if (line < 0) return undefined;
  // Of several classes, those of the predicted one.
  const output = contributions.outputs === 1 ? 0 : (prediction[position] as number);
  const from = (line * contributions.outputs + output) * groups.length;
  const values = contributions.values.subarray(from, from + groups.length);
  const order = [...groups.keys()].sort((a, b) => Math.abs(values[b] as number) - Math.abs(values[a] as number));
  const raw = worst.rows.row(index);
  return order
    .slice(0, SHOWN)
    .filter((group) => values[group] !== 0)
    .map((group) => {
      const { label, inputs, features } = groups[group] as (typeof groups)[number];
      const [input] = inputs;
      const feature = features.length === 1 ? x.columns[features[0] as number]?.[position] : undefined;
      const value = inputs.some(hidden.columns) ? HIDDEN : inputs.length === 1 && input === label ? (raw[input] ?? null) : (feature ?? '');
      const said = shownValue(value);
      return `${shortened(label)}${said === '' ? '' : ` ${said}`} (${signed(values[group] as number)})`;
    })
    .join(', ');
}

function shownValue(value: Value): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return 'missing';
  if (value instanceof Date)
    return value
      .toISOString()
      .slice(0, 16)
      .replace('T', ' ')
      .replace(/ 00:00$/, '');
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS + 1)));
  return shortened(String(value));
}

/** Both ends say more than one. */
function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST / 2)}…${text.slice(1 - LONGEST / 2)}` : text;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Number(Math.abs(value).toPrecision(DIGITS))}`;
}
