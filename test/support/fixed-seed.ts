/**
 * Properties draw the same cases in every quick run, so that a change is judged by what it changes;
 * `npm run test:all -- --long` draws new ones, and a failure there prints its seed.
 */
import fc from 'fast-check';

if (process.env['TEST_RUNS_FACTOR'] === undefined) fc.configureGlobal({ seed: 20_261_121 });
