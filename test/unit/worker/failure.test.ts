import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import { type Problem, StepProblems } from '../../../src/steps/problem.ts';
import { UserCodeError } from '../../../src/user-code/load.ts';
import { failureOf } from '../../../src/worker/failure.ts';

const SOURCES = join(import.meta.dirname, '..', '..', '..', 'src');
const context = { step: 'train', root: '/project', internals: [SOURCES, import.meta.dirname] };

function thrownAt(error: Error, ...frames: readonly string[]): Error {
  error.stack = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

it('a diagnostic with a place in a file gets line and column', () => {
  const root = mkdtempSync(join(tmpdir(), 'mlrecipe-failure-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'houses.csv'), 'a,b\n1,2\n1;2\n');
  const error = new DiagnosticError({
    code: 'bad-data-file',
    severity: 'error',
    message: 'line 3 has one field',
    span: { file: 'houses.csv', start: 9, end: 11 },
  });
  expect(failureOf(error, { ...context, root })).toEqual({
    code: 'bad-data-file',
    message: 'line 3 has one field',
    file: 'houses.csv',
    line: 3,
    column: 2,
  });
});

it('mistakes with a place in the recipe get the section of the step, several as parts of one failure', () => {
  const below: Problem = {
    code: 'check-failed',
    message: 'below',
    label: 'row 3',
    place: { path: ['expect', 'rows', 'min'], at: 'value' },
  };
  const absent: Problem = { code: 'unknown-column', message: 'absent' };
  const section = { id: 'rows', title: 'Rows', blocks: [] };
  const told = { ...below, place: { path: ['steps', 'train', 'expect', 'rows', 'min'], at: 'value' } };
  expect(failureOf(new StepProblems([below], '1 of 3', [section]), context)).toEqual({ ...told, sections: [section] });
  expect(failureOf(new StepProblems([below, absent], '2 of 3'), context)).toEqual({
    code: 'check-failed',
    message: '2 of 3',
    parts: [told, absent],
  });
});

it('a diagnostic that another copy of the package threw in user code keeps its place', () => {
  const error = thrownAt(
    new Error('no column `area`'),
    'column (/project/node_modules/mlrecipe/dist/data/table.js:9:3)',
    'transform (/project/steps/transform.ts:4:11)',
  );
  Object.assign(error, {
    name: 'DiagnosticError',
    diagnostic: { code: 'unknown-column', severity: 'error', message: 'no column `area`', hint: 'did you mean `areas`?' },
  });
  expect(failureOf(new UserCodeError('steps/transform.ts', 'transform', error), context)).toEqual({
    code: 'unknown-column',
    message: 'no column `area`',
    hint: 'did you mean `areas`?',
    file: 'steps/transform.ts',
    line: 4,
    column: 11,
  });
});

it('names the function of the recipe when the error is in its file, else the one that threw', () => {
  const frames = ['scale (/project/lib/scale.ts:2:1)', 'estimator_fn (/project/steps/train.ts:5:9)'];
  const message = (error: unknown) => failureOf(error, context).message;
  expect(message(new UserCodeError('steps/train.ts', 'estimator_fn', thrownAt(new Error('x'), ...frames)))).toBe(
    '`scale` in lib/scale.ts threw Error: x',
  );
  expect(message(new UserCodeError('steps/train.ts', 'estimator_fn', thrownAt(new Error('x'), ...frames.slice(1))))).toBe(
    '`estimator_fn` in steps/train.ts threw Error: x',
  );
  expect(message(new UserCodeError('steps/train.ts', 'estimator_fn', 'a text'))).toBe("`estimator_fn` in steps/train.ts threw 'a text'");
});

it('a fault of ours keeps its whole stack and is not blamed on the user', () => {
  const error = thrownAt(new RangeError('bins'), `bin (${SOURCES}/ml/bins.ts:1:1)`, 'node:internal/process/task_queues:95:5');
  expect(failureOf(error, context)).toEqual({ code: 'step-failed', message: '`train` failed: RangeError: bins', stack: error.stack });
});

it.each([
  ['ERR_MODULE_NOT_FOUND', `Cannot find package 'left-pad' imported from /project/.recipe/build/a.mjs`, 'left-pad'],
  ['MODULE_NOT_FOUND', `Cannot find module '@scope/pad/sub'\nRequire stack:\n- /project/x.cjs`, '@scope/pad'],
])('a package that Node does not find (%s) is one to install', (code, text, name) => {
  const error = thrownAt(Object.assign(new Error(text), { code }));
  expect(failureOf(new UserCodeError('steps/train.ts', undefined, error), context)).toEqual({
    code: 'missing-package',
    message: `\`steps/train.ts\` imports \`${name}\`, which is not installed`,
    hint: `install it with \`npm install ${name}\``,
    file: 'steps/train.ts',
    exitCode: 4,
  });
});

it('a package that another package needs is told so', () => {
  const text = `Cannot find package 'inner' imported from /project/node_modules/@scope/lib/dist/index.js`;
  const error = thrownAt(Object.assign(new Error(text), { code: 'ERR_MODULE_NOT_FOUND' }));
  expect(failureOf(new UserCodeError('steps/train.ts', undefined, error), context).message).toBe(
    '`@scope/lib` imports `inner`, which is not installed',
  );
});

it('a file that Node does not find is not a package', () => {
  const error = thrownAt(
    Object.assign(new Error(`Cannot find module '/project/dist/x.js' imported from /project/a.mjs`), { code: 'ERR_MODULE_NOT_FOUND' }),
  );
  expect(failureOf(error, context).code).toBe('step-failed');
});

it('causes are told to the end, and a circle of causes has one', () => {
  const error = new Error('outer', { cause: new TypeError('inner', { cause: { code: 3 } }) });
  expect(failureOf(error, context).causes).toEqual(['TypeError: inner', '{ code: 3 }']);
  const circle = new Error('round');
  circle.cause = circle;
  expect(failureOf(circle, context).causes).toHaveLength(8);
});
