/** The end of a run for people: verdict, criteria, metrics, findings, card, next command. */

import type { RunEvent, RunFinished } from '../../app/events.ts';
import { printable } from '../../diagnostics/text-width.ts';
import type { Template } from '../../templates/template.ts';
import { left, number, right } from '../format.ts';
import { size } from '../sizes.ts';
import type { Terminal } from '../terminal.ts';

export interface SummaryContext {
  readonly template: Template;
  /** Metrics that the recipe names, shown before those of the template. */
  readonly first: readonly string[];
  /** Flags to repeat in the commands that are suggested, such as ` --profile cloud`. */
  readonly flags: string;
  readonly criteria: readonly Extract<RunEvent, { type: 'criterion' }>[];
  readonly stoppedAt?: string;
}

export function summary(terminal: Terminal, finished: RunFinished, context: SummaryContext): string {
  const blocks = [verdictBlock(terminal, finished, context), metricsBlock(terminal, finished, context), findingsBlock(terminal, finished)];
  if (finished.verdict === 'UNKNOWN' && finished.status === 'ok' && finished.sample === undefined)
    blocks.push(suggestionBlock(finished, context.template));
  blocks.push(linksBlock(terminal, finished, context));
  return `\n${blocks.filter((block) => block !== '').join('\n')}`;
}

function verdictBlock(terminal: Terminal, { status, verdict, executed, registered }: RunFinished, { criteria }: SummaryContext): string {
  const { green, red, yellow, bold, dim } = terminal.colors;
  const lines: string[] = [];
  const idle = executed.length === 0 && (status === 'ok' || status === 'rejected');
  if (status === 'interrupted') lines.push(yellow(bold('INTERRUPTED')));
  if (verdict !== null && status !== 'failed') {
    const paint = verdict === 'VALIDATED' ? green : verdict === 'REJECTED' ? red : yellow;
    const failed = criteria.filter(({ result }) => result.startsWith('fail')).length;
    const told =
      verdict === 'VALIDATED'
        ? criteria.length === 1
          ? 'the criterion is met'
          : `all ${criteria.length} criteria are met`
        : verdict === 'REJECTED'
          ? `${failed} of ${criteria.length} criteria failed`
          : 'no validation_criteria';
    const version = registered === undefined ? '' : ` · ${registered.name} version ${registered.version}`;
    lines.push(`${paint(bold(verdict))}  ${told}${version}`);
    for (const { metric, value, threshold, result } of criteria) {
      if (!result.startsWith('fail')) continue;
      lines.push(`  ${red(metric)} is ${value === null ? 'undefined' : number(value)}, the limit is ${number(threshold)}`);
    }
  }
  if (idle) lines.push(dim('nothing to run'));
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Training, validation and test side by side, the metrics that matter first. */
function metricsBlock(terminal: Terminal, { metrics }: RunFinished, { template, first }: SummaryContext): string {
  const parts = (['training', 'val', 'test'] as const).filter((part) => Object.keys(metrics).some((name) => name.startsWith(`${part}_`)));
  const names = [...new Set([...first, ...template.headlineMetrics])].filter((name) =>
    parts.some((part) => metrics[`${part}_${name}`] !== undefined),
  );
  if (names.length === 0) return '';
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const head = left('metric', width) + parts.map((part) => right(part === 'val' ? 'validation' : part, 12)).join('');
  const rows = names.map((name) => {
    const cells = parts.map((part) => {
      const value = metrics[`${part}_${name}`];
      return right(value === undefined ? '—' : number(value), 12);
    });
    return left(name, width) + cells.join('');
  });
  return `${[terminal.colors.dim(head), ...rows].join('\n')}\n`;
}

const SHOWN_FINDINGS = 8;
const RANK: Readonly<Record<string, number>> = { error: 0, warning: 1, info: 2 };

function findingsBlock(terminal: Terminal, { findings }: RunFinished): string {
  const { yellow, red, cyan, dim } = terminal.colors;
  const told = [...findings].sort((a, b) => (RANK[a.severity] ?? 2) - (RANK[b.severity] ?? 2));
  if (told.length === 0) return '';
  const paint = { error: red, warning: yellow, info: cyan };
  const lines = told
    .slice(0, SHOWN_FINDINGS)
    .map(
      ({ severity, code, column, message }) =>
        `${paint[severity](severity)}[${code}] ${printable(column === undefined || message.includes(`\`${column}\``) ? message : `\`${column}\`: ${message}`)}`,
    );
  if (told.length > SHOWN_FINDINGS) lines.push(dim(`and ${told.length - SHOWN_FINDINGS} more on the cards`));
  return `${lines.join('\n')}\n`;
}

function suggestionBlock({ metrics, findings }: RunFinished, template: Template): string {
  if (findings.some(({ code }) => code === 'TRAIN_BELOW_BASELINE') || (metrics['test_r2_score'] ?? 1) <= 0) {
    return 'There is nothing to gate yet: the model is no better than one that ignores the features.\n';
  }
  const criteria = template.suggestedCriteria(metrics);
  if (criteria.length === 0) return '';
  const lines = criteria.flatMap(({ metric, threshold }) => [`          - metric: ${metric}`, `            threshold: ${threshold}`]);
  return [
    'To gate and register the model, add to recipe.yaml (limits from this run, to be made your own):',
    '',
    '    steps:',
    '      evaluate:',
    '        validation_criteria:',
    ...lines,
    '',
  ].join('\n');
}

function linksBlock(terminal: Terminal, finished: RunFinished, { flags, stoppedAt }: SummaryContext): string {
  const { dim } = terminal.colors;
  const rows: (readonly [string, string])[] = [];
  const kept = [...finished.reused, ...finished.executed].filter(
    (step) => !(finished.failures ?? []).some((failure) => failure.step === step),
  );
  if (finished.status === 'failed' && kept.length > 0) rows.push(['kept', `${kept.join(', ')} stay cached`]);
  const card = finished.cards['run'] ?? Object.values(finished.cards).at(-1);
  if (card !== undefined) rows.push(['card', card]);
  if (finished.sample !== undefined) rows.push(['sample', `at most ${number(finished.sample)} rows; nothing is registered`]);
  if (finished.sharedCache !== undefined) rows.push(['cache', sharing(finished.sharedCache)]);
  if (finished.runId !== null) rows.push(['run', `${finished.runId} in ${finished.tracking}`]);
  for (const note of notes(finished)) rows.push(['note', note]);
  rows.push(['next', next(finished, flags, stoppedAt)]);
  return `${rows.map(([name, value]) => `${dim(left(name, 6))}${value}`).join('\n')}\n`;
}

/** What a reader must know of results that no run of this state has made, and of steps that nobody began. */
function notes({ acceptedByHand, taken, skipped }: RunFinished): readonly string[] {
  const was = (names: readonly string[]): string => (names.length === 1 ? 'was' : 'were');
  return [
    ...(acceptedByHand.length > 0 ? [`${listed(acceptedByHand)} ${was(acceptedByHand)} accepted by hand`] : []),
    ...(taken.length > 0 ? [`${listed(taken)} ${was(taken)} taken without asking whether they are up to date`] : []),
    ...(skipped.length > 0 ? [`${listed(skipped)} ${was(skipped)} not begun after the failure; \`--keep-going\` would have`] : []),
  ];
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `3 results from the shared cache (1.2 MB), 2 written to it (340 kB)` */
function sharing({ restored, receivedBytes, written, sentBytes, notWritten }: NonNullable<RunFinished['sharedCache']>): string {
  const results = (count: number): string => `${count} result${count === 1 ? '' : 's'}`;
  const parts = [
    `${results(restored.length)} from the shared cache${restored.length === 0 ? '' : ` (${size(receivedBytes)})`}`,
    ...(written.length > 0 ? [`${written.length} written to it (${size(sentBytes)})`] : []),
    ...(notWritten.length > 0 ? [`${notWritten.length} not written`] : []),
  ];
  return parts.join(', ');
}

function next({ status, failures, verdict }: RunFinished, flags: string, stoppedAt: string | undefined): string {
  const broken = failures?.[0]?.step;
  if (status === 'failed')
    return broken === undefined || broken === 'run' || broken === 'register'
      ? `npx mlrecipe run${flags}`
      : // What failed there is not in what the step printed: the card has the rows.
        `npx mlrecipe ${failures?.[0]?.code === 'check-failed' ? 'inspect' : 'logs'} ${broken}${flags}`;
  if (status === 'interrupted') return `npx mlrecipe run${flags}`;
  if (stoppedAt !== undefined && stoppedAt !== 'register') return `npx mlrecipe inspect ${stoppedAt}${flags}`;
  return verdict === null ? `npx mlrecipe inspect${flags}` : `npx mlrecipe inspect evaluate${flags}`;
}
