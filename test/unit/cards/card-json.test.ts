import { describe, expect, it } from 'vitest';
import type { Card } from '../../../src/cards/blocks.ts';
import { parseCard, stringifyCard } from '../../../src/cards/card-json.ts';
import { allCards, registerCard } from '../../support/card-fixtures.ts';

describe('stringifyCard', () => {
  it('sorts keys and says what JSON cannot hold', () => {
    const card = {
      ...registerCard(),
      sections: [],
      keyNumbers: [],
      findings: [],
      extra: { z: Number.NaN, a: [-0, Number.POSITIVE_INFINITY, undefined], b: undefined },
    } as Card;
    const value = JSON.parse(stringifyCard(card));
    expect(Object.keys(value)).toEqual([
      'extra',
      'findings',
      'headline',
      'keyNumbers',
      'kind',
      'provenance',
      'recipe',
      'schemaVersion',
      'sections',
      'sentence',
      'status',
      'step',
    ]);
    expect(value.extra).toEqual({ a: [0, { missing: 'infinite' }, null], z: { missing: 'not a number' } });
    expect(stringifyCard(card).startsWith('{\n "extra": {\n  "a": [\n   0,\n')).toBe(true);
  });

  it('does not depend on the order of keys', () => {
    const card = registerCard();
    const reversed = Object.fromEntries(Object.entries(card).reverse()) as unknown as Card;
    expect(stringifyCard(reversed)).toBe(stringifyCard(card));
  });
});

describe('parseCard', () => {
  it.each(Object.entries(allCards()))('reads %s back', (_, card) => {
    const parsed = parseCard(stringifyCard(card));
    expect(parsed).toEqual({ ok: true, card: JSON.parse(stringifyCard(card)) });
  });

  it.each([
    ['{', 'the card is not valid JSON'],
    ['[]', 'the card is not a JSON object'],
    ['{}', 'the card has no `schemaVersion`'],
    ['{"schemaVersion":7}', 'the card was written by a newer mlrecipe (schema version 7; this one reads up to 1)'],
    ['{"schemaVersion":1,"kind":3}', '`kind` of the card must be a text'],
  ])('refuses %s', (json, message) => {
    expect(parseCard(json)).toEqual({ ok: false, message });
  });

  it.each([
    ['status', 'great', '`status` of the card must be one of `done`, `failed`, `rejected`'],
    ['findings', {}, '`findings` of the card must be a list of objects'],
    ['sections', [{ id: 'a', title: 'b' }], 'every section of the card must have `id`, `title` and `blocks`'],
    ['provenance', null, '`provenance` of the card must have a list `facts`'],
  ])('refuses a bad %s', (key, value, message) => {
    expect(parseCard(JSON.stringify({ ...registerCard(), [key]: value }))).toEqual({ ok: false, message });
  });
});
