/** A whole card as the layout prints it. Everything arrives finished: templates hold no arithmetic and no formats. */
import type { Card, CriteriaBlock, Finding, KeyNumber } from '../blocks.ts';
import { cutEnd } from '../escape.ts';
import { plural } from '../format.ts';
import { type BlockView, blockView, type Ids } from './block-view.ts';
import { plainCell } from './cell-view.ts';
import { isFailed } from './criteria-view.ts';

export interface CardView {
  readonly recipe: string;
  readonly step: string;
  readonly chip: Chip;
  readonly links: readonly { readonly anchor: string; readonly title: string }[];
  readonly headline: string;
  readonly sentence: string;
  readonly aside: readonly string[];
  readonly keyNumbers: readonly {
    readonly label: string;
    readonly value: string;
    readonly context: string;
    readonly tone: string;
    readonly size: string;
  }[];
  readonly findings: FindingsView | null;
  readonly sections: readonly {
    readonly anchor: string;
    readonly title: string;
    readonly note: string;
    readonly blocks: readonly BlockView[];
  }[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

export interface Chip {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly icon: string;
  readonly text: string;
}

interface FindingsView {
  readonly anchor: string;
  readonly title: string;
  readonly shown: readonly FindingView[];
  readonly folded: readonly FindingView[];
  readonly foldedTitle: string;
}
interface FindingView {
  readonly severity: string;
  readonly icon: string;
  readonly word: string;
  readonly tone: string;
  readonly code: string;
  readonly place: string;
  readonly message: string;
}

const MAX_KEY_NUMBERS = 6;
const MAX_FINDINGS = 12;
const MAX_PROSE = 2000;
const SEVERITIES = {
  error: { icon: '✕', word: 'Error', tone: 'bad', rank: 0 },
  warning: { icon: '!', word: 'Warning', tone: 'close', rank: 1 },
  info: { icon: 'i', word: 'Note', tone: 'plain', rank: 2 },
} as const;

export function cardView(card: Card): CardView {
  const prefix = slug(`${card.kind}-${card.step}`);
  let drawn = 0;
  const ids: Ids = { next: () => `${prefix}-f${++drawn}` };
  const sections = card.sections.map((section, i) => ({
    anchor: `${prefix}-${i + 1}-${slug(section.id)}`,
    title: cutEnd(section.title),
    note: cutEnd(section.note ?? '', MAX_PROSE),
    blocks: section.blocks.map((block) => blockView(block, section.title, ids)),
  }));
  const findings = findingsView(card.findings, `${prefix}-findings`);
  const facts = card.provenance.facts.map((fact) => ({ label: cutEnd(fact.label, 60), value: cutEnd(String(fact.value), 400) }));
  return {
    recipe: cutEnd(card.recipe),
    step: cutEnd(card.step),
    chip: statusChip(card),
    links: [...(findings === null ? [] : [findings]), ...sections].map(({ anchor, title }) => ({ anchor, title })),
    headline: cutEnd(card.headline, 400),
    sentence: cutEnd(card.sentence, MAX_PROSE),
    aside: facts.slice(0, 3).map((fact) => `${fact.label} ${cutEnd(fact.value, 48)}`),
    keyNumbers: card.keyNumbers.slice(0, MAX_KEY_NUMBERS).map(keyNumberView),
    findings,
    sections,
    facts,
  };
}

/** The card's state in an icon and a word; for a rejected model also how many criteria it failed. */
export function statusChip(card: Card): Chip {
  if (card.status === 'failed') return { tone: 'bad', icon: '✕', text: 'Failed' };
  if (card.status === 'rejected' || card.verdict === 'REJECTED') {
    const criteria = criteriaOf(card);
    const failures = criteria.filter(isFailed).length;
    return {
      tone: 'bad',
      icon: '✕',
      text: failures === 0 ? 'Rejected' : `Rejected · ${failures} of ${plural(criteria.length, 'criterion', 'criteria')} failed`,
    };
  }
  if (card.verdict === 'VALIDATED') return { tone: 'good', icon: '✓', text: 'Validated' };
  if (card.verdict === 'UNKNOWN') return { tone: 'plain', icon: '?', text: 'Not judged' };
  return { tone: 'good', icon: '✓', text: 'Done' };
}

export function criteriaOf(card: Card): CriteriaBlock['criteria'] {
  return card.sections.flatMap((section) => section.blocks.flatMap((block) => (block.kind === 'criteria' ? block.criteria : [])));
}

/** Failures first; otherwise in the order in which they were found. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => severityOf(a).rank - severityOf(b).rank);
}

function findingsView(findings: readonly Finding[], anchor: string): FindingsView | null {
  if (findings.length === 0) return null;
  const views = sortFindings(findings).map((finding) => {
    const { icon, word, tone } = severityOf(finding);
    const place = [finding.step, finding.column].filter((part) => part !== undefined).join(' · ');
    return {
      severity: finding.severity,
      icon,
      word,
      tone,
      code: cutEnd(finding.code, 120),
      place: cutEnd(place, 120),
      message: cutEnd(finding.message, 500),
    };
  });
  const folded = views.slice(MAX_FINDINGS);
  return { anchor, title: 'Findings', shown: views.slice(0, MAX_FINDINGS), folded, foldedTitle: plural(folded.length, 'more finding') };
}

function keyNumberView(key: KeyNumber): CardView['keyNumbers'][number] {
  const cell = plainCell(key.value, key.format);
  const context = key.context ?? cell.note;
  return {
    label: key.label,
    value: cutEnd(cell.text, 60),
    context: cutEnd(context, 120),
    tone: key.tone ?? 'plain',
    size: cell.text.length > 12 ? 'long' : '',
  };
}

/** Letters, digits and hyphens, for ids and anchors; other characters would need quoting in a link. */
function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 40) || 'x';
}

/** A severity that a later version adds reads as a note. */
function severityOf(finding: Finding): (typeof SEVERITIES)[Finding['severity']] {
  return Object.hasOwn(SEVERITIES, finding.severity) ? SEVERITIES[finding.severity] : SEVERITIES.info;
}
