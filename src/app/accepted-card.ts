/** The card of a step whose result was accepted by hand: the one that the step drew, and a word on what was waved through. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Card } from '../cards/blocks.ts';
import { parseCard } from '../cards/card-json.ts';
import type { Reason } from '../engine/task.ts';
import { drawCard, writeCard } from '../worker/card-files.ts';
import { reasonsText } from './reason-text.ts';

const LABEL = 'Accepted by hand';
const SENTENCE = 'This result was accepted by hand: nothing was executed for the present state.';

/** From one folder into the other. A card that is not there or cannot be read is left as it is. */
export async function amendCard(from: string, reasons: readonly Reason[], to: string): Promise<void> {
  const card = readCard(join(from, 'card.json'));
  if (card !== undefined) await writeCard(to, acceptedCard(card, reasons), drawCard);
}

/** What was accepted before stays on record. */
export function acceptedCard(card: Card, reasons: readonly Reason[]): Card {
  return {
    ...card,
    sentence: card.sentence.endsWith(SENTENCE) ? card.sentence : `${card.sentence} ${SENTENCE}`.trimStart(),
    provenance: { ...card.provenance, facts: [...card.provenance.facts, { label: LABEL, value: reasonsText(reasons) }] },
  };
}

function readCard(file: string): Card | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = parseCard(text);
  return parsed.ok ? parsed.card : undefined;
}
