import { describe, expect, it } from 'vitest';
import type { CriteriaBlock } from '../../../src/cards/blocks.ts';
import { type RunCardData, runCard } from '../../../src/cards/run-card.ts';

const passed: CriteriaBlock['criteria'][number] = {
  metric: 'r2_score',
  value: 0.98,
  threshold: 0.95,
  greaterIsBetter: true,
  result: 'pass',
};
const close: CriteriaBlock['criteria'][number] = {
  ...passed,
  metric: 'mae',
  result: 'pass-close',
  greaterIsBetter: false,
  value: 3,
  threshold: 4,
};
const data: RunCardData = {
  recipe: 'prices',
  status: 'done',
  steps: [
    { name: 'ingest', state: 'fresh', durationMs: 3, needs: [] },
    { name: 'train', state: 'run', durationMs: 1500, needs: ['ingest'] },
  ],
  metrics: [],
  criteria: [],
  findings: [],
  provenance: { facts: [] },
  next: [],
};

describe('runCard', () => {
  it.each<[string, Partial<RunCardData>, string, string, string]>([
    ['a plain run', {}, 'done', 'The run is done', '1 step ran and 1 step was reused in 1.5 s.'],
    ['a no-op', { steps: data.steps.slice(0, 1) }, 'done', 'Nothing had to run', '0 steps ran and 1 step was reused in 3 ms.'],
    [
      'a validated model',
      { verdict: 'VALIDATED', criteria: [passed, close] },
      'done',
      'The model passes its criteria',
      'It meets all 2 criteria, 1 of them closely. 1 step ran and 1 step was reused in 1.5 s.',
    ],
    [
      'one criterion',
      { verdict: 'VALIDATED', criteria: [passed] },
      'done',
      'The model passes its criteria',
      'It meets its one criterion. 1 step ran and 1 step was reused in 1.5 s.',
    ],
    [
      'a rejected model',
      { verdict: 'REJECTED', criteria: [passed, { ...close, result: 'fail', value: 5.25 }] },
      'rejected',
      'Not ready to register',
      'The model fails 1 of 2 criteria: mae is 5.25, the limit is ≤ 4. 1 step ran and 1 step was reused in 1.5 s.',
    ],
    [
      'no criteria',
      { verdict: 'UNKNOWN' },
      'done',
      'The model was not judged',
      'The recipe sets no validation criteria, so nothing says whether the model is good enough. 1 step ran and 1 step was reused in 1.5 s.',
    ],
    [
      'a failure',
      {
        status: 'failed',
        durationMs: 2000,
        steps: [
          { name: 'ingest', state: 'failed', summary: 'data.csv does not exist.', needs: [] },
          { name: 'split', state: 'blocked', needs: ['ingest'] },
        ],
      },
      'failed',
      'The step ingest failed',
      'data.csv does not exist. 1 later step did not run. 1 step ran and 0 steps were reused in 2.0 s.',
    ],
    [
      'results that were accepted by hand',
      { verdict: 'UNKNOWN', acceptedByHand: ['split', 'train'] },
      'done',
      'The model was not judged',
      'The recipe sets no validation criteria, so nothing says whether the model is good enough. 1 step ran and 1 step was reused in 1.5 s. The results of split and train were accepted by hand.',
    ],
  ])('words %s', (_, change, status, headline, sentence) => {
    const card = runCard({ ...data, ...change });
    expect({ status: card.status, headline: card.headline, sentence: card.sentence }).toEqual({ status, headline, sentence });
  });

  it('has sections only for what there is', () => {
    expect(runCard(data).sections.map((s) => s.id)).toEqual(['steps']);
    const full = runCard({ ...data, metrics: [{ metric: 'mae', validation: 3, test: 4 }], criteria: [passed], next: ['recipe inspect'] });
    expect(full.sections.map((s) => s.id)).toEqual(['steps', 'criteria', 'metrics', 'next']);
    expect(full.sections[2]?.blocks[0]).toMatchObject({
      columns: [{ key: 'metric' }, { key: 'validation' }, { key: 'test' }],
      rows: [{ metric: 'mae', training: null, validation: 3, test: 4 }],
    });
  });

  it('tells what matters in at most six numbers', () => {
    const card = runCard({
      ...data,
      profile: 'local',
      metrics: [
        { metric: 'mae', test: 4 },
        { metric: 'r2', validation: 0.9 },
        { metric: 'x', test: 1 },
      ],
      criteria: [passed],
      findings: [{ code: 'A', severity: 'warning', message: 'm' }],
    });
    expect(card.keyNumbers.map((k) => [k.label, k.value, k.context])).toEqual([
      ['mae', 4, 'on the test split'],
      ['r2', 0.9, 'on the validation split'],
      ['Criteria met', '1 of 1', undefined],
      ['Findings', 1, '0 errors, 1 warning'],
      ['Steps', 2, '1 reused'],
      ['Time', 1503, 'profile local'],
    ]);
  });
});
