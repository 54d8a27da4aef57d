import { describe, expect, it } from 'vitest';
import { failureCard } from '../../../src/cards/failure-card.ts';
import { failedCard } from '../../support/card-fixtures.ts';

const provenance = { facts: [] };

describe('failureCard', () => {
  it('shows message, causes, hint and the user\u2019s frames, and folds the others', () => {
    const [problem, log] = failedCard().sections;
    expect(problem?.blocks).toEqual([
      {
        kind: 'note',
        tone: 'bad',
        text: "user-code-failed: Cannot read properties of undefined (reading 'learningRate')\ncaused by: the profile `production` sets no `learning_rate`",
      },
      { kind: 'note', tone: 'plain', text: 'the function gets its parameters as the first argument' },
      { kind: 'code', caption: 'Where it happened', text: 'at estimator (steps/train.ts:14:31)\nat build (steps/train.ts:8:10)' },
      {
        kind: 'details',
        summary: '2 frames of Node and libraries',
        blocks: [
          {
            kind: 'code',
            text: 'at Module.callUser (node_modules/mlrecipe/dist/worker/call.js:41:9)\nat process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
          },
        ],
      },
    ]);
    expect(log?.note).toBe('The whole log is in .recipe/runs/8f31c0b2/train/log.txt');
  });

  it('does with a message alone', () => {
    const card = failureCard({ recipe: 'r', step: 'split', failure: { message: '' }, provenance });
    expect([card.status, card.headline, card.sentence, card.sections.length]).toEqual([
      'failed',
      'The step split failed',
      'The step split failed.',
      1,
    ]);
  });

  it('points at the place when there are no frames', () => {
    const card = failureCard({
      recipe: 'r',
      step: 'ingest',
      failure: { message: 'column `x` is missing', file: 'recipe.yaml', line: 4, column: 13 },
      logTail: ' \n',
      provenance,
    });
    expect(card.sentence).toBe('The step ingest failed at recipe.yaml:4:13.');
    expect(card.sections[0]?.blocks[1]).toEqual({ kind: 'code', caption: 'Where it happened', text: 'recipe.yaml:4:13' });
  });

  it('keeps the headline short and the message whole', () => {
    const message = `${'long '.repeat(60)}\nsecond line`;
    const card = failureCard({ recipe: 'r', step: 's', failure: { message }, provenance });
    expect(card.headline).toHaveLength(160);
    expect(card.sections[0]?.blocks[0]).toEqual({ kind: 'note', tone: 'bad', text: message });
  });

  it('tells each mistake of several, and shows what the step says of them before the log', () => {
    const card = failureCard({
      recipe: 'r',
      step: 'ingest',
      failure: {
        code: 'check-failed',
        message: '2 of 3 data checks failed',
        parts: [
          { code: 'check-failed', message: '`a` is below 0', label: 'row 3', hint: 'ask' },
          { code: 'check-failed', message: '`b` is missing' },
        ],
        sections: [{ id: 'failing-rows', title: 'Rows that fail', blocks: [] }],
      },
      logTail: 'read',
      provenance,
    });
    expect(card.headline).toBe('2 of 3 data checks failed');
    expect(card.sections.map(({ id }) => id)).toEqual(['failure', 'failing-rows', 'log']);
    expect(card.sections[0]?.blocks).toEqual([
      { kind: 'note', tone: 'bad', text: 'check-failed: `a` is below 0: row 3' },
      { kind: 'note', tone: 'plain', text: 'ask' },
      { kind: 'note', tone: 'bad', text: 'check-failed: `b` is missing' },
    ]);
  });
});
