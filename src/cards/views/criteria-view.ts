/** Validation criteria as table rows: word and icon, limit, value, margin, and a dot with its interval against the limit. */
import type { CriteriaBlock } from '../blocks.ts';
import { intervalDomain, intervalDot } from '../charts/interval-dot.ts';
import type { SafeSvg } from '../charts/safe-svg.ts';
import { cutEnd } from '../escape.ts';
import { columnFormatter, formatNumber, formatSigned } from '../format.ts';

type Criterion = CriteriaBlock['criteria'][number];

export interface CriteriaView {
  readonly partial: 'criteria';
  readonly rows: readonly CriterionView[];
}

export interface CriterionView {
  readonly icon: string;
  readonly word: string;
  readonly tone: 'good' | 'close' | 'bad';
  readonly failed: boolean;
  readonly metric: string;
  readonly limit: string;
  readonly value: string;
  readonly margin: string;
  readonly interval: string;
  readonly graphic: SafeSvg | null;
  readonly note: string;
}

export const CRITERION_RESULTS: Readonly<
  Record<Criterion['result'], { readonly icon: string; readonly word: string; readonly tone: 'good' | 'close' | 'bad' }>
> = {
  pass: { icon: '✓', word: 'Pass', tone: 'good' },
  'pass-close': { icon: '✓', word: 'Pass, close', tone: 'close' },
  'fail-close': { icon: '✕', word: 'Fail, close', tone: 'bad' },
  fail: { icon: '✕', word: 'Fail', tone: 'bad' },
};

export function isFailed(criterion: Criterion): boolean {
  return criterion.result === 'fail' || criterion.result === 'fail-close';
}

export function criteriaView(block: CriteriaBlock): CriteriaView {
  return { partial: 'criteria', rows: block.criteria.map(criterionView) };
}

export function criterionView(criterion: Criterion): CriterionView {
  const { value, threshold, greaterIsBetter, low, high } = criterion;
  const known = typeof value === 'number' && Number.isFinite(value);
  const hasInterval = known && low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high);
  const result = CRITERION_RESULTS[criterion.result];
  const cell = hasInterval
    ? { low, value, high, limit: threshold }
    : known
      ? { low: value, value, high: value, limit: threshold }
      : undefined;
  return {
    ...result,
    failed: isFailed(criterion),
    metric: cutEnd(criterion.metric),
    limit: `${greaterIsBetter ? '≥' : '≤'} ${formatNumber(threshold)}`,
    value: known ? formatNumber(value) : '—',
    margin: known ? marginText(value, threshold, greaterIsBetter) : '—',
    interval: hasInterval ? [low, high].map(columnFormatter([low, high])).join(' – ') : '',
    graphic:
      cell === undefined
        ? null
        : (intervalDot(cell, { domain: intervalDomain([cell]), tone: result.tone === 'good' ? 'plain' : result.tone }) ?? null),
    note: criterion.note !== undefined ? cutEnd(criterion.note) : known ? '' : 'the metric has no value on this split',
  };
}

/** The room to spare, positive whichever way the metric counts, with the decimals of the value. */
function marginText(value: number, threshold: number, greaterIsBetter: boolean): string {
  const margin = greaterIsBetter ? value - threshold : threshold - value;
  const text = columnFormatter([value, threshold])(margin);
  return /[1-9]/.test(text) ? (margin > 0 ? `+${text}` : text) : formatSigned(margin);
}
