/**
 * A card as `card.json` and back. Keys are sorted and numbers that JSON cannot hold become `{ missing }`, so that
 * cards of equal runs are equal bytes. Reading refuses what this version cannot know, with a sentence that says why.
 */
import type { Card } from './blocks.ts';

export const CARD_SCHEMA_VERSION = 1;

export type ParsedCard = { readonly ok: true; readonly card: Card } | { readonly ok: false; readonly message: string };

/** The text of `card.json`: one value a line, so that two cards diff well. */
export function stringifyCard(card: Card): string {
  return `${JSON.stringify(canonicalCard(card), undefined, 1)}\n`;
}

/** The card as it would be read back from its JSON. */
export function canonicalCard(card: Card): Card {
  return sorted(card) as Card;
}

/** Checks the frame of the card. Blocks of an unknown kind stay; the renderer says that it cannot draw them. */
export function parseCard(json: string): ParsedCard {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return refuse('the card is not valid JSON');
  }
  if (!isObject(value)) return refuse('the card is not a JSON object');
  const version = value['schemaVersion'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return refuse('the card has no `schemaVersion`');
  if (version > CARD_SCHEMA_VERSION) {
    return refuse(`the card was written by a newer mlrecipe (schema version ${version}; this one reads up to ${CARD_SCHEMA_VERSION})`);
  }
  for (const key of ['kind', 'step', 'recipe', 'headline', 'sentence']) {
    if (typeof value[key] !== 'string') return refuse(`\`${key}\` of the card must be a text`);
  }
  if (!['done', 'failed', 'rejected'].includes(String(value['status'])))
    return refuse('`status` of the card must be one of `done`, `failed`, `rejected`');
  for (const key of ['keyNumbers', 'findings', 'sections']) {
    const list = value[key];
    if (!Array.isArray(list) || !list.every(isObject)) return refuse(`\`${key}\` of the card must be a list of objects`);
  }
  for (const section of value['sections'] as readonly Record<string, unknown>[]) {
    if (typeof section['id'] !== 'string' || typeof section['title'] !== 'string' || !isBlocks(section['blocks'])) {
      return refuse('every section of the card must have `id`, `title` and `blocks`');
    }
  }
  const provenance = value['provenance'];
  if (!isObject(provenance) || !Array.isArray(provenance['facts'])) return refuse('`provenance` of the card must have a list `facts`');
  return { ok: true, card: value as unknown as Card };
}

function sorted(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? (Object.is(value, -0) ? 0 : value) : { missing: missingWord(value) };
  if (Array.isArray(value)) return value.map((entry) => (entry === undefined ? null : sorted(entry)));
  if (isObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    // Code unit order: the same on every machine, unlike a locale's.
    return Object.fromEntries(keys.sort().map((key) => [key, sorted(value[key])]));
  }
  return value;
}

function missingWord(value: number): string {
  return Number.isNaN(value) ? 'not a number' : value > 0 ? 'infinite' : 'minus infinite';
}

function isBlocks(value: unknown): boolean {
  return Array.isArray(value) && value.every((block) => isObject(block) && typeof block['kind'] === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(message: string): ParsedCard {
  return { ok: false, message };
}
