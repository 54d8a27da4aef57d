/**
 * A card as one HTML file: offline, escaped, light and dark, at most 300 KB. Pure: the same card gives the same bytes,
 * so that an old card can be drawn again by a later version.
 */
import type { Card } from './blocks.ts';
import { canonicalCard } from './card-json.ts';
import { cutEnd, visible } from './escape.ts';
import { documentOf } from './page/document.ts';
import { renderLayout } from './page/render-template.ts';
import { SHORTENINGS, shorten } from './shorten.ts';
import { cardView } from './views/card-view.ts';

/** Larger cards are shortened and say so: a card must stay something that one can mail. */
export const MAX_CARD_BYTES = 300_000;

export function renderCardHtml(card: Card): string {
  // What is drawn is what is stored, so that a card looks the same now and when it is read back.
  const clean = canonicalCard(visible(card));
  let html = render(clean, JSON.stringify(clean));
  for (let level = 1; level <= SHORTENINGS && Buffer.byteLength(html) > MAX_CARD_BYTES; level++) {
    html = render(shorten(clean, level), '{}');
  }
  return html;
}

function render(card: Card, data: string): string {
  return documentOf({
    title: `${cutEnd(card.headline)} · ${cutEnd(card.recipe)} ${cutEnd(card.step)}`,
    body: renderLayout(cardView(card)),
    data,
  });
}
