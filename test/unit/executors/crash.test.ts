import { expect, it } from 'vitest';
import { crashFailure } from '../../../src/executors/crash.ts';
import { workerEnvironment } from '../../../src/executors/worker-environment.ts';

const exit = { type: 'exit', code: null, signal: null, hadBegun: true } as const;

it('a crash is told with what is known of it', () => {
  expect(crashFailure('train', { ...exit, code: 7 }, [])).toEqual({
    code: 'step-crashed',
    message: 'the process of `train` ended with exit code 7 before the step had finished',
    hint: 'look at the log of the step; a native library or the system ended the process',
  });
  expect(
    crashFailure('train', { ...exit, signal: 'SIGABRT' }, [
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    ]),
  ).toEqual({
    code: 'step-crashed',
    message: 'the process of `train` was ended by SIGABRT before the step had finished',
    hint: 'it ran out of memory for JavaScript objects; keep large tables in columns, or train on fewer rows',
    causes: ['the log ends with:\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  });
  expect(crashFailure('train', { ...exit, error: new Error('spawn EAGAIN') }, []).message).toBe(
    'the process of `train` could not be started: spawn EAGAIN',
  );
});

it('the environment of a worker holds a few names and no others', () => {
  expect(
    workerEnvironment({
      PATH: '/bin',
      HOME: '/home/a',
      TZ: 'Asia/Tokyo',
      LANG: 'de_DE',
      NODE_OPTIONS: '--inspect',
      TOKEN: 'x',
      TMPDIR: undefined,
    }),
  ).toEqual({
    PATH: '/bin',
    HOME: '/home/a',
    TZ: 'UTC',
    LC_ALL: 'C',
  });
});
