import { defineConfig } from 'vitest/config';
import { groups, shared } from './vitest.shared.ts';

export default defineConfig({
  test: {
    ...shared,
    setupFiles: ['test/support/fixed-seed.ts'],
    projects: groups(
      ['test/mlflow/**', 'test/remote/**', 'node_modules/**'],
      process.env['TEST_ALL_REST'] === undefined ? undefined : ['test/all/**/*.test.ts'],
    ),
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
