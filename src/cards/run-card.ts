/**
 * The overview card of a whole run, from plain data: the verdict first, then why, then every step. It knows
 * neither the engine nor the store; whoever ran the recipe hands over what happened.
 */
import type { Card, CardBlock, Cell, CriteriaBlock, Finding, KeyNumber, Provenance, Section, StepsBlock, TableColumn } from './blocks.ts';
import { formatNumber, plural } from './format.ts';
import { isFailed } from './views/criteria-view.ts';

type Steps = StepsBlock['steps'];
type Criteria = CriteriaBlock['criteria'];

export interface RunCardData {
  readonly recipe: string;
  readonly profile?: string | undefined;
  /** Absent when the recipe asks for no verdict or the run did not come that far. */
  readonly verdict?: 'VALIDATED' | 'REJECTED' | 'UNKNOWN' | undefined;
  readonly status: 'done' | 'failed';
  readonly steps: Steps;
  /** One row a metric; a split without a value stays empty. */
  readonly metrics: readonly RunMetric[];
  readonly criteria: Criteria;
  /** Of all steps, each naming its step. */
  readonly findings: readonly Finding[];
  /** Steps whose result was made for another state and that a person accepted for this one. */
  readonly acceptedByHand?: readonly string[];
  /** Wall time of the run; by default the sum of the steps' times. */
  readonly durationMs?: number | undefined;
  readonly provenance: Provenance;
  /** What to do now, as commands or sentences. */
  readonly next: readonly string[];
}

export interface RunMetric {
  readonly metric: string;
  readonly training?: Cell | undefined;
  readonly validation?: Cell | undefined;
  readonly test?: Cell | undefined;
}

export function runCard(data: RunCardData): Card {
  const { headline, sentence: told } = words(data);
  // Beside the verdict, which rests on it.
  const sentence = [told, ...acceptance(data)].join(' ');
  return {
    schemaVersion: 1,
    kind: 'run',
    step: 'run',
    recipe: data.recipe,
    status: data.status === 'failed' ? 'failed' : data.verdict === 'REJECTED' ? 'rejected' : 'done',
    ...(data.verdict !== undefined && { verdict: data.verdict }),
    headline,
    sentence,
    keyNumbers: keyNumbers(data),
    findings: data.findings,
    sections: sections(data),
    provenance: data.provenance,
  };
}

function acceptance({ acceptedByHand: names = [] }: RunCardData): readonly string[] {
  if (names.length === 0) return [];
  const steps = names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return [names.length === 1 ? `The result of ${steps} was accepted by hand.` : `The results of ${steps} were accepted by hand.`];
}

function words(data: RunCardData): { readonly headline: string; readonly sentence: string } {
  const ran = data.steps.filter((s) => s.state === 'run' || s.state === 'failed').length;
  const reused = data.steps.filter((s) => s.state === 'fresh' || s.state === 'restore').length;
  const counted = `${plural(ran, 'step')} ran and ${plural(reused, 'step was', 'steps were')} reused in ${formatNumber(totalMs(data), 'duration-ms')}.`;
  const broken = data.steps.find((s) => s.state === 'failed');
  if (data.status === 'failed') {
    const left = data.steps.filter((s) => s.state === 'blocked' || s.state === 'skipped').length;
    const after = left === 0 ? '' : ` ${plural(left, 'later step')} did not run.`;
    return {
      headline: broken === undefined ? 'The run failed' : `The step ${broken.name} failed`,
      sentence: `${broken?.summary === undefined ? '' : broken.summary.replace(/[.]?$/, '.')}${after} ${counted}`.trim(),
    };
  }
  const failures = data.criteria.filter(isFailed);
  const criteria = plural(data.criteria.length, 'criterion', 'criteria');
  if (data.verdict === 'REJECTED') {
    const [worst] = failures;
    const why =
      worst === undefined
        ? ''
        : `: ${worst.metric} is ${worst.value === null ? 'unknown' : formatNumber(worst.value)}, the limit is ${worst.greaterIsBetter ? '≥' : '≤'} ${formatNumber(worst.threshold)}`;
    return { headline: 'Not ready to register', sentence: `The model fails ${failures.length} of ${criteria}${why}. ${counted}` };
  }
  if (data.verdict === 'VALIDATED') {
    const close = data.criteria.filter((c) => c.result === 'pass-close').length;
    const sure = close === 0 ? '' : `, ${formatNumber(close)} of them closely`;
    return {
      headline: 'The model passes its criteria',
      sentence: `It meets ${data.criteria.length === 1 ? 'its one criterion' : `all ${criteria}`}${sure}. ${counted}`,
    };
  }
  if (data.verdict === 'UNKNOWN')
    return {
      headline: 'The model was not judged',
      sentence: `The recipe sets no validation criteria, so nothing says whether the model is good enough. ${counted}`,
    };
  return { headline: ran === 0 ? 'Nothing had to run' : 'The run is done', sentence: counted };
}

function keyNumbers(data: RunCardData): readonly KeyNumber[] {
  const failures = data.criteria.filter(isFailed).length;
  const severe = data.findings.filter((f) => f.severity === 'error').length;
  const warnings = data.findings.filter((f) => f.severity === 'warning').length;
  const reused = data.steps.filter((s) => s.state === 'fresh' || s.state === 'restore').length;
  const metrics = data.metrics.slice(0, 2).map((m): KeyNumber => {
    const [split, value] =
      m.test !== undefined
        ? ['test', m.test]
        : m.validation !== undefined
          ? ['validation', m.validation]
          : ['training', m.training ?? null];
    return { label: m.metric, value, context: `on the ${split} split` };
  });
  return [
    ...metrics,
    ...(data.criteria.length === 0
      ? []
      : [
          {
            label: 'Criteria met',
            value: `${data.criteria.length - failures} of ${data.criteria.length}`,
            tone: failures > 0 ? 'bad' : 'good',
            ...(failures > 0 && { context: `${failures} failed` }),
          } satisfies KeyNumber,
        ]),
    {
      label: 'Findings',
      value: data.findings.length,
      format: 'integer',
      context: `${plural(severe, 'error')}, ${plural(warnings, 'warning')}`,
      tone: severe > 0 ? 'bad' : warnings > 0 ? 'close' : 'plain',
    },
    { label: 'Steps', value: data.steps.length, format: 'integer', context: `${reused} reused` },
    {
      label: 'Time',
      value: totalMs(data),
      format: 'duration-ms',
      ...(data.profile !== undefined && { context: `profile ${data.profile}` }),
    },
  ];
}

function sections(data: RunCardData): readonly Section[] {
  const made: Section[] = [];
  const add = (id: string, title: string, blocks: readonly CardBlock[], note?: string): void => {
    made.push({ id, title, blocks, ...(note !== undefined && { note }) });
  };
  if (data.steps.length > 0) add('steps', 'Steps', [{ kind: 'steps', steps: data.steps }]);
  if (data.criteria.length > 0)
    add(
      'criteria',
      'Validation criteria',
      [{ kind: 'criteria', criteria: data.criteria }],
      'The dot is the measured value, the bar its interval, the tick the limit from recipe.yaml.',
    );
  if (data.metrics.length > 0)
    add('metrics', 'Metrics', [{ kind: 'table', columns: metricColumns(data), rows: data.metrics.map(metricRow), sortable: true }]);
  if (data.next.length > 0) add('next', 'What next', [{ kind: 'code', text: data.next.join('\n') }]);
  return made;
}

function metricColumns(data: RunCardData): readonly TableColumn[] {
  const splits = [
    { key: 'training', label: 'Training' },
    { key: 'validation', label: 'Validation' },
    { key: 'test', label: 'Test' },
  ] as const;
  const used = splits.filter(({ key }) => data.metrics.some((m) => m[key] !== undefined));
  return [{ key: 'metric', label: 'Metric' }, ...used.map((split): TableColumn => ({ ...split, align: 'right' }))];
}

function metricRow({ metric, training, validation, test }: RunMetric): Record<string, Cell> {
  return { metric, training: training ?? null, validation: validation ?? null, test: test ?? null };
}

function totalMs(data: RunCardData): number {
  return data.durationMs ?? data.steps.reduce((sum, s) => sum + (s.durationMs ?? 0), 0);
}
