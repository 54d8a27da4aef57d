/**
 * Smaller and smaller versions of a card that is too large to mail, each with a finding that says what was left out.
 * The complete data is in `card.json` all the while.
 */
import type { Card, CardBlock, Finding, Section } from './blocks.ts';

interface Limits {
  readonly rows: number;
  readonly details: boolean;
  readonly figures: number;
  readonly code: number;
  readonly sections: number;
  readonly findings: number;
  readonly said: string;
}

const ALL = Number.POSITIVE_INFINITY;
const LEVELS: readonly Limits[] = [
  { rows: ALL, details: true, figures: ALL, code: ALL, sections: ALL, findings: ALL, said: 'the embedded copy of the data' },
  { rows: 250, details: true, figures: ALL, code: 20_000, sections: ALL, findings: 200, said: 'table rows beyond the first 250' },
  { rows: 100, details: true, figures: ALL, code: 10_000, sections: ALL, findings: 200, said: 'table rows beyond the first 100' },
  {
    rows: 50,
    details: false,
    figures: ALL,
    code: 5_000,
    sections: ALL,
    findings: 100,
    said: 'folded details and table rows beyond the first 50',
  },
  {
    rows: 20,
    details: false,
    figures: 12,
    code: 2_000,
    sections: 20,
    findings: 50,
    said: 'folded details, most figures, and table rows beyond the first 20',
  },
  { rows: 5, details: false, figures: 2, code: 500, sections: 6, findings: 20, said: 'most of its sections, figures and table rows' },
  { rows: 0, details: false, figures: 0, code: 0, sections: 0, findings: 10, said: 'all of its sections' },
];

/** How many levels there are; the last keeps only headline, key numbers, some findings and provenance. */
export const SHORTENINGS: number = LEVELS.length;

export function shorten(card: Card, level: number): Card {
  const limits = LEVELS[level - 1];
  if (limits === undefined) return card;
  const finding: Finding = {
    code: 'CARD_TRUNCATED',
    // The copy of the data is for programs; its absence takes nothing from the reader.
    severity: level === 1 ? 'info' : 'warning',
    message: `This card would be larger than 300 KB, so it leaves out ${limits.said}; card.json holds everything.`,
  };
  return {
    ...card,
    findings: [finding, ...card.findings.slice(0, limits.findings)],
    sections: card.sections.slice(0, limits.sections).map((section) => shortenSection(section, limits)),
    ...(level === SHORTENINGS && { provenance: { facts: card.provenance.facts.slice(0, 40) } }),
  };
}

function shortenSection(section: Section, limits: Limits): Section {
  return { ...section, blocks: section.blocks.slice(0, limits.rows).flatMap((block) => shortenBlock(block, limits)) };
}

function shortenBlock(block: CardBlock, limits: Limits): readonly CardBlock[] {
  switch (block.kind) {
    case 'table': {
      const left = block.rows.length - limits.rows;
      return [
        left > 0
          ? {
              ...block,
              columns: block.columns.slice(0, limits.rows),
              rows: block.rows.slice(0, limits.rows),
              omitted: (block.omitted ?? 0) + left,
            }
          : block,
      ];
    }
    case 'criteria':
      return [{ ...block, criteria: block.criteria.slice(0, limits.rows) }];
    case 'steps':
      return [{ ...block, steps: block.steps.slice(0, Math.max(limits.rows, 20)) }];
    case 'figures':
      return limits.figures === 0 ? [] : [{ ...block, figures: block.figures.slice(0, limits.figures) }];
    case 'code':
      return [block.text.length > limits.code ? { ...block, text: `${block.text.slice(0, limits.code)}…` } : block];
    case 'details':
      return limits.details ? [{ ...block, blocks: block.blocks.flatMap((inner) => shortenBlock(inner, limits)) }] : [];
    default:
      return [block];
  }
}
