import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputLines } from '../../../src/executors/output-lines.ts';
import { endOfOutput } from '../../../src/executors/worker-messages.ts';

interface Collected {
  text: string;
  readonly lines: string[];
}

function collector(): Collected & { readonly sink: { text(text: string): void; line(line: string): void } } {
  const collected: Collected = { text: '', lines: [] };
  return Object.assign(collected, {
    sink: {
      text: (text: string) => {
        collected.text += text;
      },
      line: (line: string) => {
        collected.lines.push(line);
      },
    },
  });
}

describe('output lines', () => {
  it('are the same however the bytes are cut', () => {
    const mark = endOfOutput('0123456789abcdef');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', 'é', '🦆', '\u0000', '\u0000end-of-step ') }),
        fc.string({ unit: fc.constantFrom('b', '\n') }),
        fc.array(fc.nat(200), { maxLength: 8 }),
        (first, second, cuts) => {
          const bytes = Buffer.from(first + mark + second + mark);
          const output = new OutputLines();
          const one = collector();
          const two = collector();
          void output.until(mark, one.sink);
          const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
          let from = 0;
          for (const end of ends) {
            output.push(bytes.subarray(from, end));
            from = end;
          }
          void output.until(mark, two.sink);
          expect(one.text).toBe(first);
          expect(two.text).toBe(second);
          expect(one.lines).toEqual(linesOf(first));
          expect(two.lines).toEqual(linesOf(second));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of a stream that ends give what is there', async () => {
    const output = new OutputLines();
    const one = collector();
    const ended = output.until('mark', one.sink);
    output.push(Buffer.from('a\nrest ma'));
    expect(one.text).toBe('a\nrest ');
    output.end();
    await ended;
    expect(one.lines).toEqual(['a', 'rest ma']);
    const later = collector();
    await output.until('mark', later.sink);
    expect(later.lines).toEqual([]);
  });
});

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => (index < text.split('\n').length - 1 && line.endsWith('\r') ? line.slice(0, -1) : line));
}
