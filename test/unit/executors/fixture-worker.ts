/**
 * A worker with one step whose behaviour the test chooses by a parameter. Bundled and forked by
 * the tests; everything around the step is the real thing.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataEngine } from '../../../src/data/engine.ts';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import type { JsonObject } from '../../../src/schema/json.ts';
import { defineStep, type StepContext, type StepDefinition, type StepResult } from '../../../src/steps/define.ts';
import { serve } from '../../../src/worker/serve.ts';
import { registryOf } from '../../../src/worker/steps-registry.ts';

let opened = 0;

const actions: Readonly<Record<string, (context: StepContext) => Promise<JsonObject | undefined>>> = {
  async print(context) {
    console.log('from the step');
    console.error('a warning');
    process.stdout.write('no line end');
    context.log('two\nlines');
    return undefined;
  },
  async environment() {
    return { env: { ...process.env } as Record<string, string>, cwd: process.cwd(), pid: process.pid };
  },
  async data(context) {
    await context.data();
    await context.data();
    return { opened, pid: process.pid };
  },
  async user(context) {
    const call = await context.userFunction('steps/train.ts', 'estimator_fn');
    return { value: (await call()) as number, digest: context.userCodeDigest('steps/train.ts') };
  },
  async method(context) {
    const make = await context.userFunction('steps/train.ts', 'estimator_fn');
    return { value: ((await make()) as { fit(): number }).fit() };
  },
  async progress(context) {
    for (let done = 1; done <= 1000; done++) context.progress({ done, total: 1000 });
    return undefined;
  },
  async diagnostic() {
    throw new DiagnosticError({
      code: 'constant-target',
      severity: 'error',
      message: 'the target `price` has one value only',
      hint: 'check the filter',
    });
  },
  async optional() {
    throw new DiagnosticError({
      code: 'missing-package',
      severity: 'error',
      message: '`ml-random-forest` is not installed',
      hint: 'npm install ml-random-forest',
    });
  },
  async forget() {
    return undefined;
  },
  async crash() {
    console.error('about to crash');
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  },
  async wait(context) {
    context.log('waiting');
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
    throw context.signal.reason;
  },
  async hog(context) {
    context.log('filling memory');
    const held: Buffer[] = [];
    for (;;) {
      // Filled, since memory that is never touched is not given out.
      held.push(Buffer.alloc(8 << 20, held.length + 1));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  /** Fails until its attempts have left as many marks as the second word says. */
  async flaky(context) {
    const file = `${context.inputs['marks']}`;
    const attempt = existsSync(file) ? Number(readFileSync(file, 'utf8')) + 1 : 1;
    writeFileSync(file, `${attempt}`);
    context.log(`attempt ${attempt}`);
    writeFileSync(context.output('out/left-over.txt'), `${attempt}`);
    if (attempt < 3) throw new Error('not yet');
    return undefined;
  },
  async spin(context) {
    context.log('spinning');
    for (;;) Math.sqrt(2);
  },
};

async function run(context: StepContext): Promise<StepResult> {
  const { action } = context.params as { action: string };
  const facts = await actions[action]?.(context);
  if (action !== 'forget') writeFileSync(context.output('out/made.txt'), `made with seed ${context.seed}\n`);
  return {
    summary: `did ${action}`,
    metrics: { good: 1, bad: Number.NaN },
    params: {},
    findings: [],
    facts: facts ?? {},
    card: { headline: `Did ${action}`, sentence: 'It went well.', keyNumbers: [], sections: [] },
  };
}

const train: StepDefinition = defineStep({
  name: 'train',
  summary: 'Does what the test asks.',
  inputs: {},
  outputs: { made: 'out/made.txt' },
  load: async () => run,
});

serve({
  steps: registryOf([train]),
  openData: async () => {
    opened++;
    return { close: async () => {} } as DataEngine;
  },
  loadRenderers: async () => {},
  drawCard: async (card) => ({
    'card.json': JSON.stringify(card),
    'card.html': `<h1>${card.headline}</h1>`,
    'card.md': `# ${card.headline}`,
  }),
  internals: [dirname(fileURLToPath(import.meta.url))],
});
