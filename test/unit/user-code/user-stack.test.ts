import { expect, it } from 'vitest';
import { userStack } from '../../../src/user-code/user-stack.ts';

function errorWith(...frames: readonly string[]): Error {
  const error = new TypeError('two\nlines');
  error.stack = ['TypeError: two', 'lines', ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

it('puts the frames of the user first and folds ours and those of Node', () => {
  const error = errorWith(
    'each (/project/node_modules/lib/index.js:1:2)',
    'Object.fit (/project/steps/my train.ts:10:20)',
    'async Promise.all (index 0)',
    'async Forest.run [as fit] (file:///project/lib/forest.ts:3:4)',
    '/project/.recipe/build/train-0123.mjs:9:9',
    'new Thing (/shared (old)/thing.ts:5:6)',
    'runTrain (/package/dist/steps/train/run.js:7:8)',
    'node:internal/modules/run_main:128:12',
    '<anonymous>',
  );
  expect(userStack(error, '/project', ['/package/dist'])).toEqual({
    file: 'steps/my train.ts',
    line: 10,
    column: 20,
    functionName: 'Object.fit',
    stack: [
      'TypeError: two',
      'lines',
      '    at Object.fit (steps/my train.ts:10:20)',
      '    at Forest.run [as fit] (lib/forest.ts:3:4)',
      '    at new Thing (../shared (old)/thing.ts:5:6)',
      '    at each (node_modules/lib/index.js:1:2)',
      '    … 5 frames of mlrecipe and Node',
    ].join('\n'),
  });
});

it('ours inside the project are ours, and a folder of a similar name is not', () => {
  const error = errorWith('a (/project/dist/x.js:1:1)', 'b (/project/distance.ts:2:2)');
  expect(userStack(error, '/project', ['/project/dist'])).toMatchObject({ file: 'distance.ts', line: 2, column: 2, functionName: 'b' });
});

it('has no place when no frame is of the user', () => {
  expect(userStack(errorWith('node:fs:1:2'), '/project')).toEqual({ stack: 'TypeError: two\nlines\n    … 1 frame of mlrecipe and Node' });
  expect(userStack('a text', '/project')).toEqual({ stack: 'a text' });
  expect(userStack(undefined, '/project')).toEqual({ stack: 'undefined' });
});
