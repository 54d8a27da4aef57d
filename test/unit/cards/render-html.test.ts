import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Card, CardBlock } from '../../../src/cards/blocks.ts';
import { parseCard, stringifyCard } from '../../../src/cards/card-json.ts';
import { MAX_CARD_BYTES, renderCardHtml } from '../../../src/cards/render-html.ts';
import { renderCardMarkdown } from '../../../src/cards/render-markdown.ts';
import { allCards, failedCard, HOSTILE, hostileCard, ingestCard, registerCard, runOverviewCard } from '../../support/card-fixtures.ts';
import { readTags } from '../../support/html.ts';

const KNOWN = new Set(
  'html head meta title link style body a header div p strong span bdi nav ul li button main h1 h2 dl dt dd section details summary figure figcaption table caption thead tbody tr th td small code pre footer script svg g path rect circle text desc'.split(
    ' ',
  ),
);

function withBlocks(...blocks: CardBlock[]): Card {
  return { ...registerCard(), sections: [{ id: 'a', title: 'A', blocks }] };
}

describe.each(Object.entries(allCards()))('the page of %s', (_, card) => {
  const html = renderCardHtml(card);
  const tags = readTags(html);

  it('is balanced markup of known elements, without inline styles or handlers', () => {
    expect(tags.filter((tag) => !KNOWN.has(tag.name)).map((tag) => tag.name)).toEqual([]);
    expect(tags.flatMap((tag) => [...tag.attributes.keys()]).filter((name) => name === 'style' || name.startsWith('on'))).toEqual([]);
  });

  it('gives every id once, and every link and label finds its target', () => {
    const ids = tags.flatMap((tag) => tag.attributes.get('id') ?? []);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const named = tags.flatMap((tag) => (tag.attributes.get('aria-labelledby') ?? '').split(' ')).filter((id) => id !== '');
    const anchors = tags
      .flatMap((tag) => tag.attributes.get('href') ?? [])
      .filter((href) => href.startsWith('#'))
      .map((href) => href.slice(1));
    expect([...named, ...anchors].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('is small, pure and names no address outside', () => {
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(MAX_CARD_BYTES);
    expect(renderCardHtml(card)).toBe(html);
    const addresses = tags.flatMap((tag) => [tag.attributes.get('href'), tag.attributes.get('src')]).filter((a) => a !== undefined);
    expect(addresses.filter((a) => a !== 'data:,' && !a.startsWith('#') && !/^[a-z]+\/card\.html$/.test(a))).toEqual([]);
  });

  it('is the same after a round trip through card.json', () => {
    const parsed = parseCard(stringifyCard(card));
    expect(parsed.ok && renderCardHtml(parsed.card)).toBe(html);
  });
});

describe('the security policy', () => {
  it('names the digests of the one style and the one script as they stand in the file', () => {
    const html = renderCardHtml(registerCard());
    const digest = (pattern: RegExp): string =>
      createHash('sha256')
        .update(pattern.exec(html)?.[1] ?? '')
        .digest('base64');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${digest(/<style>([\s\S]*?)<\/style>/)}'; script-src 'sha256-${digest(/<script>([\s\S]*?)<\/script>/)}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(html.match(/<style>/g)).toHaveLength(1);
    expect(html.match(/<script>/g)).toHaveLength(1);
  });
});

describe('hostile data', () => {
  const html = renderCardHtml(hostileCard());

  it('opens no element and no attribute', () => {
    expect(html).not.toMatch(/<script>alert|<img|onerror="|onclick="|href="javascript/);
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expect(html).toContain('{{{recipe}}} {{#each this}}');
  });

  it('carries no control characters and no direction overrides', () => {
    expect(/(?![\n\t])\p{Cc}|\u202e|\p{Cs}/u.test(html)).toBe(false);
  });

  it('keeps the data intact for programs', () => {
    const island = /<script type="application\/json" id="card-data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
    expect(JSON.parse(island).headline).toBe(HOSTILE[0]);
  });
});

describe('what a reader sees', () => {
  const text = (card: Card): string =>
    renderCardHtml(card)
      .replace(/<style>[\s\S]*?<\/style>|<script[\s\S]*?<\/script>|<desc[\s\S]*?<\/desc>/g, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');

  it('names state and verdict in words', () => {
    expect(text(registerCard())).toContain('✓ Done');
    expect(text(failedCard())).toContain('✕ Failed');
    expect(text(runOverviewCard())).toContain('✕ Rejected · 1 of 2 criteria failed');
    expect(text({ ...runOverviewCard(), status: 'done', verdict: 'VALIDATED' })).toContain('✓ Validated');
    expect(text({ ...runOverviewCard(), status: 'done', verdict: 'UNKNOWN' })).toContain('? Not judged');
  });

  it('puts errors before warnings before notes, and folds what is too much', () => {
    const findings = (['info', 'warning', 'error'] as const).map((severity) => ({
      code: severity.toUpperCase(),
      severity,
      message: `a ${severity}`,
    }));
    expect(text({ ...registerCard(), findings })).toMatch(/✕ Error a error ERROR ! Warning a warning WARNING i Note a info INFO/);
    const many = Array.from({ length: 14 }, (_, i) => ({ code: 'X', severity: 'info' as const, message: `finding ${i}` }));
    expect(text({ ...registerCard(), findings: many })).toContain('2 more findings');
  });

  it('shows criteria with limit, margin and a word', () => {
    const criteria = {
      kind: 'criteria',
      criteria: [
        {
          metric: 'rmse',
          value: 561.3274,
          threshold: 580,
          greaterIsBetter: false,
          result: 'pass-close',
          low: 538.4,
          high: 584.93,
          note: 'close',
        },
        { metric: 'auc', value: null, threshold: 0.8, greaterIsBetter: true, result: 'fail' },
      ],
    } as const;
    expect(text(withBlocks(criteria))).toContain(
      '✓ Pass, close rmse ≤ 580 561.3 +18.7 538.4 – 584.9 close ✕ Fail auc ≥ 0.8 — — the metric has no value on this split',
    );
  });

  it('shows a missing value as a dash with its reason, never as 0', () => {
    const table = {
      kind: 'table',
      columns: [
        { key: 'a', label: 'A' },
        { key: 'b', label: 'B' },
      ],
      rows: [
        { a: { missing: 'one class only' }, b: null },
        { a: Number.NaN, b: true },
      ],
      failedRows: [1],
      omitted: 3,
    } as const;
    expect(text(withBlocks(table))).toContain('A B — one class only — ✕ Fail: — not a number yes 3 more rows not shown.');
  });

  it('makes the best row stand out, also where there is no colour', () => {
    const table = { kind: 'table', columns: [{ key: 'a', label: 'A' }], rows: [{ a: 1 }, { a: 2 }], bestRows: [1] } as const;
    expect(text(withBlocks(table))).toContain('A 1 Best: 2');
    expect(renderCardHtml(withBlocks(table))).toContain('<tr class="best">');
    expect(renderCardMarkdown(withBlocks(table))).toContain('| 1 |\n| **2** |');
  });

  it('says so when a block or a figure is of a later version', () => {
    const blocks = [
      { kind: 'hologram' },
      { kind: 'figures', figures: [{ form: 'spiral', title: 'T', description: 'D' }] },
    ] as unknown as CardBlock[];
    const shown = text(withBlocks(...blocks));
    expect(shown).toContain('This version cannot draw a block of the kind “hologram”.');
    expect(shown).toContain('This version cannot draw this figure.');
  });

  it('links steps to their cards and nothing else', () => {
    const html = renderCardHtml(runOverviewCard());
    expect(html).toContain('<a href="train/card.html">train</a>');
    expect(html).toContain('<th scope="row"><bdi>register</bdi></th>');
  });
});

describe('a card over its budget', () => {
  const rows = (count: number, size: number): Card =>
    withBlocks({
      kind: 'table',
      columns: [{ key: 'a', label: 'A' }],
      rows: Array.from({ length: count }, (_, i) => ({ a: `${i} ${'y'.repeat(size)}` })),
    });

  it('first leaves out the embedded data, as a note', () => {
    const html = renderCardHtml(ingestCard(300));
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(MAX_CARD_BYTES);
    expect(html).toContain('<td class="number" data-sort');
    expect(html).toContain(
      'This card would be larger than 300 KB, so it leaves out the embedded copy of the data; card.json holds everything.',
    );
    expect(html).toContain('measurement_299');
  });

  it('then leaves out rows, and says how many', () => {
    const html = renderCardHtml(rows(5000, 40));
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(MAX_CARD_BYTES);
    expect(html).toContain('table rows beyond the first 250; card.json holds everything.');
    expect(html).toContain('4,750 more rows not shown.');
  });

  it('stays in it whatever is large', () => {
    const huge = 'z'.repeat(310_000);
    const cards: Card[] = [
      {
        ...registerCard(),
        headline: huge,
        sentence: huge,
        provenance: { facts: Array.from({ length: 900 }, () => ({ label: huge.slice(0, 900), value: huge.slice(0, 900) })) },
      },
      withBlocks({ kind: 'note', tone: 'plain', text: huge }, { kind: 'code', text: huge, caption: huge }),
      { ...registerCard(), sections: Array.from({ length: 3000 }, (_, i) => ({ id: `s${i}`, title: huge.slice(0, 200), blocks: [] })) },
      { ...registerCard(), recipe: huge, step: huge, kind: huge },
    ];
    for (const card of cards) expect(Buffer.byteLength(renderCardHtml(card))).toBeLessThanOrEqual(MAX_CARD_BYTES);
  });
});
