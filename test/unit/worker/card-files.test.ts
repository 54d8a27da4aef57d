import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cardOf, drawCard, failureCardOf, writeCard } from '../../../src/worker/card-files.ts';

const card = { recipe: 'houses', facts: [{ label: 'Profile', value: 'local' }] };

it('a card is what the step said plus where it comes from', () => {
  const made = cardOf(
    { step: 'train', card, seed: 3 },
    {
      summary: 's',
      metrics: {},
      params: {},
      facts: {},
      findings: [{ code: 'TRAIN_X', severity: 'warning', message: 'careful' }],
      card: { headline: 'RMSE 5', sentence: 'Good.', keyNumbers: [{ label: 'RMSE', value: 5 }], sections: [] },
    },
    { startedAt: Date.UTC(2024, 1, 29, 12), durationMs: 1234 },
  );
  expect(made).toEqual({
    schemaVersion: 1,
    kind: 'train',
    step: 'train',
    recipe: 'houses',
    status: 'done',
    headline: 'RMSE 5',
    sentence: 'Good.',
    keyNumbers: [{ label: 'RMSE', value: 5 }],
    findings: [{ code: 'TRAIN_X', severity: 'warning', message: 'careful' }],
    sections: [],
    provenance: {
      facts: [
        { label: 'Profile', value: 'local' },
        { label: 'Seed', value: '3' },
        { label: 'Started', value: '2024-02-29T12:00:00.000Z' },
        { label: 'Duration', value: expect.stringMatching(/^1\.2\d? s$/) },
      ],
    },
  });
});

it('the card of a failure holds the message and the end of the log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlrecipe-card-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const failure = { code: 'step-failed', message: '`f` in steps/train.ts threw Error: x', file: 'steps/train.ts', line: 3, column: 1 };
  const made = await failureCardOf({
    type: 'failure-card',
    id: '1',
    step: 'train',
    folder,
    failure,
    card,
    durationMs: 5,
    lastLines: ['one', 'two'],
  });
  expect(made).toMatchObject({ status: 'failed', recipe: 'houses', headline: failure.message });
  expect(JSON.stringify(made.sections)).toContain('one\\ntwo');
  expect(await writeCard(join(folder, 'real'), made, drawCard)).toEqual(['card.json', 'card.html', 'card.md']);
  expect(readFileSync(join(folder, 'real', 'card.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  expect(await writeCard(join(folder, 'new'), made, async ({ headline }) => ({ 'card.md': headline }))).toEqual(['card.md']);
  expect(readdirSync(join(folder, 'new'))).toEqual(['card.md']);
  expect(readFileSync(join(folder, 'new', 'card.md'), 'utf8')).toBe(failure.message);
});
