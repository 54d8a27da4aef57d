/** The card of a step as files: data, page and text. Renderers are loaded when the first card is drawn. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Card } from '../cards/blocks.ts';
import { formatNumber } from '../cards/format.ts';
import { type FailureCardMessage, type RunMessage, STEP_LOG } from '../executors/worker-messages.ts';
import type { StepResult } from '../steps/define.ts';

/** Turns a card into the texts of its files, by name. */
export type DrawCard = (card: Card) => Promise<Readonly<Record<string, string>>>;

export interface Timing {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

export const drawCard: DrawCard = async (card) => {
  const { stringifyCard, renderCardHtml, renderCardMarkdown } = await loadRenderers();
  return { 'card.json': stringifyCard(card), 'card.html': renderCardHtml(card), 'card.md': renderCardMarkdown(card) };
};

/** Import what drawing needs, ahead of need. */
export async function loadRenderers(): Promise<
  Pick<typeof import('../cards/card-json.ts'), 'stringifyCard'> &
    typeof import('../cards/render-html.ts') &
    typeof import('../cards/render-markdown.ts')
> {
  const [json, html, markdown] = await Promise.all([
    import('../cards/card-json.ts'),
    import('../cards/render-html.ts'),
    import('../cards/render-markdown.ts'),
  ]);
  return { ...json, ...html, ...markdown };
}

export function cardOf(
  { step, card, seed }: Pick<RunMessage, 'step' | 'card' | 'seed'>,
  result: StepResult,
  { startedAt, durationMs }: Timing,
): Card {
  const { headline, sentence, keyNumbers, sections, status } = result.card;
  return {
    schemaVersion: 1,
    kind: step,
    step,
    recipe: card.recipe,
    status: status ?? 'done',
    headline,
    sentence,
    keyNumbers,
    findings: result.findings,
    sections,
    provenance: {
      facts: [
        ...card.facts,
        { label: 'Seed', value: String(seed) },
        { label: 'Started', value: new Date(startedAt).toISOString() },
        { label: 'Duration', value: formatNumber(durationMs, 'duration-ms') },
      ],
    },
  };
}

/** The card of a step that failed, with the end of its log. */
export async function failureCardOf({ step, card, failure, durationMs, lastLines }: FailureCardMessage): Promise<Card> {
  const { failureCard } = await import('../cards/failure-card.ts');
  return failureCard({
    recipe: card.recipe,
    step,
    failure,
    durationMs,
    logTail: lastLines.join('\n'),
    logFile: STEP_LOG,
    provenance: { facts: card.facts },
  });
}

/** Write the files and give their names. */
export async function writeCard(folder: string, card: Card, draw: DrawCard): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const files = await draw(card);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return Object.keys(files);
}
