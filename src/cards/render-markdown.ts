/**
 * A card as Markdown for pull requests and job summaries: verdict, criteria, key numbers, findings and the
 * tables that are short enough to read there. Figures stay in the HTML. Every text is escaped.
 */
import type { Card, CardBlock, CriteriaBlock, Finding, KeyNumber, Section, StepsBlock, TableBlock } from './blocks.ts';
import { canonicalCard } from './card-json.ts';
import { STEP_STATES } from './charts/steps-graph.ts';
import { cutEnd, cutMiddle, escMarkdown, visible } from './escape.ts';
import { formatNumber, plural } from './format.ts';
import { sortFindings, statusChip } from './views/card-view.ts';
import { plainCell } from './views/cell-view.ts';
import { criterionView } from './views/criteria-view.ts';
import { tableView } from './views/table-view.ts';

const MAX_ROWS = 30;
const MAX_FINDINGS = 30;
/** The end of a log says what went wrong; GitHub cuts summaries at 1 MB anyway. */
const MAX_CODE_LINES = 40;

export function renderCardMarkdown(card: Card): string {
  const clean = canonicalCard(visible(card));
  const chip = statusChip(clean);
  const parts = [
    `# ${escMarkdown(clean.headline)}`,
    `**${chip.icon} ${escMarkdown(chip.text)}** · ${escMarkdown(clean.recipe)} · ${escMarkdown(clean.step)}`,
    escMarkdown(clean.sentence),
    keyNumbers(clean.keyNumbers),
    findings(clean.findings),
    ...clean.sections.map(section),
    facts(clean),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function keyNumbers(keys: readonly KeyNumber[]): string {
  if (keys.length === 0) return '';
  const rows = keys.map((key) => {
    const cell = plainCell(key.value, key.format);
    return [escMarkdown(key.label), `**${escMarkdown(cell.text)}**`, escMarkdown(key.context ?? cell.note)];
  });
  return grid(['Key number', 'Value', ''], ['left', 'right', 'left'], rows);
}

function findings(all: readonly Finding[]): string {
  if (all.length === 0) return '';
  const words = { error: '✕ error', warning: '! warning', info: 'i note' };
  const lines = sortFindings(all)
    .slice(0, MAX_FINDINGS)
    .map((finding) => {
      const place = [finding.step, finding.column].filter((part) => part !== undefined).map((part) => escMarkdown(cutMiddle(part, 60)));
      return `- ${words[finding.severity] ?? words.info} ${escMarkdown(finding.code)}: ${escMarkdown(cutEnd(finding.message, 500))}${place.length > 0 ? ` (${place.join(' · ')})` : ''}`;
    });
  const left = all.length - lines.length;
  return ['## Findings', '', ...lines, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
}

function section({ title, note, blocks }: Section): string {
  const body = blocks.map((block) => blockText(block)).filter((text) => text !== '');
  if (body.length === 0) return '';
  return [`## ${escMarkdown(title)}`, ...(note === undefined ? [] : [escMarkdown(note)]), ...body].join('\n\n');
}

function blockText(block: CardBlock): string {
  switch (block.kind) {
    case 'criteria':
      return criteria(block);
    case 'table':
      return table(block);
    case 'steps':
      return steps(block);
    case 'note':
      return escMarkdown(block.text);
    case 'code':
      return code(block.text);
    // Figures have no text, and what is folded away is for the page.
    default:
      return '';
  }
}

function criteria(block: CriteriaBlock): string {
  const rows = block.criteria.map((criterion) => {
    const view = criterionView(criterion);
    return [
      `${view.icon} ${view.word}`,
      escMarkdown(view.metric),
      view.limit,
      view.value,
      view.margin,
      view.interval,
      escMarkdown(view.note),
    ];
  });
  return grid(
    ['Result', 'Criterion', 'Limit', 'Value', 'Margin', '95% interval', 'Note'],
    ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
    rows,
  );
}

function table(block: TableBlock): string {
  // A row of bars means nothing as text.
  const columns = block.columns.filter((column) => column.graphic !== 'sparkline');
  if (columns.length === 0) return '';
  const view = tableView({ ...block, columns, rows: block.rows.slice(0, MAX_ROWS) }, '');
  const rows = view.rows.map((row) =>
    [row.head, ...row.cells].map((cell, i) => {
      const text = escMarkdown(cutMiddle(`${cell.text} ${cell.note}`.trim(), 80));
      return `${row.failed && i === 0 ? '✕ ' : ''}${row.best && text !== '' ? `**${text}**` : text}`;
    }),
  );
  const left = block.rows.length - rows.length + (block.omitted ?? 0);
  const text = grid(
    view.heads.map((head) => escMarkdown(head.label)),
    view.heads.map((head) => (head.className === 'number' ? 'right' : 'left')),
    rows,
  );
  const caption = block.caption === undefined ? '' : `**${escMarkdown(block.caption)}**\n\n`;
  return `${caption}${text}${left > 0 ? `\n\n${plural(left, 'more row')} not shown.` : ''}`;
}

function steps(block: StepsBlock): string {
  const rows = block.steps.map((step) => {
    const { icon, word } = STEP_STATES[step.state];
    const time = step.durationMs === undefined ? '' : formatNumber(step.durationMs, 'duration-ms');
    return [escMarkdown(step.name), `${icon} ${word}`, time, escMarkdown(step.summary ?? ''), escMarkdown(step.reason ?? '')];
  });
  return grid(['Step', 'State', 'Time', 'Result', 'Why'], ['left', 'left', 'right', 'left', 'left'], rows);
}

/** A fence longer than any run of backticks in the text, so that the text cannot close it. */
function code(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.split('\n').slice(-MAX_CODE_LINES).join('\n')}\n${fence}`;
}

function facts(card: Card): string {
  return card.provenance.facts.map((fact) => `${escMarkdown(fact.label)}: ${escMarkdown(cutMiddle(String(fact.value), 120))}`).join(' · ');
}

function grid(heads: readonly string[], aligns: readonly ('left' | 'right')[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(aligns.map((align) => (align === 'right' ? '---:' : '---'))), ...rows.map(line)].join('\n');
}
