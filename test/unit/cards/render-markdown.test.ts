import { describe, expect, it } from 'vitest';
import { renderCardMarkdown } from '../../../src/cards/render-markdown.ts';
import { allCards, failedCard, hostileCard, runOverviewCard } from '../../support/card-fixtures.ts';

describe('renderCardMarkdown', () => {
  it('writes verdict, numbers, findings, steps, criteria and metrics of a run', () => {
    expect(renderCardMarkdown(runOverviewCard())).toBe(`# Not ready to register

**✕ Rejected · 1 of 2 criteria failed** · churn-classifier · run

The model fails 1 of 2 criteria: Worst slice ROC AUC is 0.7403, the limit is ≥ 0.8. 3 steps ran and 2 steps were reused in 50.2 s.

| Key number | Value |  |
| --- | ---: | --- |
| ROC AUC | **0.917** | on the test split |
| Log loss | **0.373** | on the test split |
| Criteria met | **1 of 2** | 1 failed |
| Findings | **2** | 1 error, 1 warning |
| Steps | **6** | 2 reused |
| Time | **50.2 s** | profile production |

## Findings

- ✕ error EVALUATE_CRITERION_FAILED: The worst slice has ROC AUC 0.740; the limit is 0.80. (evaluate · region)
- ! warning INGEST_ID_LIKE: Every value is distinct. (ingest · customer_id)

## Steps

| Step | State | Time | Result | Why |
| --- | --- | ---: | --- | --- |
| ingest | ↺ fresh | 4 ms | 53,940 rows × 10 columns | nothing changed |
| split | ↺ restore | 12 ms | 40,371 / 6,741 / 6,828 rows | same inputs as run 71ac |
| transform | ✓ run | 1.1 s | 9 → 26 columns | steps/transform.ts changed |
| train | ✓ run | 42.8 s | val_roc_auc 0.925 | transform changed |
| evaluate | ✓ run | 6.3 s | 1 of 6 criteria failed | train changed |
| register | ⊘ blocked |  |  | the model was rejected |

## Validation criteria

The dot is the measured value, the bar its interval, the tick the limit from recipe.yaml.

| Result | Criterion | Limit | Value | Margin | 95% interval | Note |
| --- | --- | ---: | ---: | ---: | ---: | --- |
| ✓ Pass | ROC AUC | ≥ 0.88 | 0.917 | +0.037 | 0.910 – 0.923 | clears with its whole interval |
| ✕ Fail | Worst slice ROC AUC | ≥ 0.8 | 0.7403 | −0.0597 | 0.690 – 0.789 | region = islands, n = 219 |

## Metrics

| Metric | Training | Validation | Test |
| --- | ---: | ---: | ---: |
| ROC AUC | 0.926 | 0.925 | 0.917 |
| Log loss | 0.357 | 0.357 | 0.373 |
| Accuracy | 0.852 | 0.855 | — no threshold |

## What next

\`\`\`text
recipe inspect evaluate
recipe run --set train.params.num_leaves=63
\`\`\`

run: 8f31c0b2 · profile: production · finished: 2026-11-20 09:21 UTC · data: sha256 91c2f0a4…e0 · config: sha256 4b1f77ce…a9 · commit: a41e9d7 (clean) · seed: 42 · mlrecipe: 0.1.0, node 20.19.5 · reproduce: recipe run evaluate --profile production
`);
  });

  it('says first what failed', () => {
    expect(renderCardMarkdown(failedCard()).split('\n').slice(0, 5)).toEqual([
      "# Cannot read properties of undefined (reading 'learningRate')",
      '',
      '**✕ Failed** · diamond-prices · train',
      '',
      'The step train failed after 1.3 s at steps/train.ts:14:31. The function gets its parameters as the first argument.',
    ]);
  });

  it.each(Object.entries(allCards()))('keeps every table of %s in its columns', (_, card) => {
    const lines = renderCardMarkdown(card).split('\n');
    let columns = 0;
    let fence = '';
    for (const line of lines) {
      if (fence !== '' || /^`{3,}text$/.test(line)) {
        fence = fence === '' ? line.replace('text', '') : line === fence ? '' : fence;
        continue;
      }
      if (!line.startsWith('|')) {
        columns = 0;
        continue;
      }
      const cells = line.split(/(?<!\\)\|/).length;
      if (columns > 0) expect(`${cells} cells: ${line}`).toBe(`${columns} cells: ${line}`);
      columns = cells;
    }
    expect(fence).toBe('');
  });

  it('lets no markup of the data through', () => {
    const outside = renderCardMarkdown(hostileCard()).replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/<|(?<!\\)`|\u202e/);
  });

  it('fences code that holds fences', () => {
    const card = { ...failedCard(), sections: [{ id: 'a', title: 'A', blocks: [{ kind: 'code' as const, text: 'x\n````\ny' }] }] };
    expect(renderCardMarkdown(card)).toContain('`````text\nx\n````\ny\n`````');
  });
});
