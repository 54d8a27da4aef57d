import { expect, it } from 'vitest';
import type { StepProgress } from '../../../src/engine/ports.ts';
import { ProgressGate } from '../../../src/worker/progress-gate.ts';

function gateWithClock() {
  const clock = { time: 0 };
  const sent: StepProgress[] = [];
  let timer: { readonly at: number; readonly callback: () => void } | undefined;
  const gate = new ProgressGate({
    now: () => clock.time,
    send: (progress) => sent.push(progress),
    wait(callback, ms) {
      timer = { at: clock.time + ms, callback };
      return () => {
        timer = undefined;
      };
    },
  });
  const advance = (ms: number) => {
    clock.time += ms;
    if (timer === undefined || timer.at > clock.time) return;
    const { callback } = timer;
    timer = undefined;
    callback();
  };
  return { gate, sent, advance };
}

it('lets ten reports a second through and drops those that are out of date', () => {
  const { gate, sent, advance } = gateWithClock();
  for (let done = 1; done <= 50; done++) gate.report({ done });
  expect(sent).toEqual(Array.from({ length: 10 }, (_, index) => ({ done: index + 1 })));
  advance(999);
  expect(sent).toHaveLength(10);
  advance(1);
  expect(sent.slice(10)).toEqual([{ done: 50 }]);
  gate.report({ done: 51 });
  expect(sent.at(-1)).toEqual({ done: 51 });
});

it('sends what is held back when the step ends, once', () => {
  const { gate, sent, advance } = gateWithClock();
  for (let done = 1; done <= 12; done++) gate.report({ done });
  gate.flush();
  expect(sent.at(-1)).toEqual({ done: 12 });
  advance(5000);
  gate.flush();
  expect(sent).toHaveLength(11);
});
