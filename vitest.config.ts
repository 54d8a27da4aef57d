import { defineConfig } from 'vitest/config';
import { groups, shared } from './vitest.shared.ts';

export default defineConfig({
  test: {
    ...shared,
    setupFiles: ['test/support/fixed-seed.ts'],
    projects: groups(['test/all/**', 'test/mlflow/**', 'test/remote/**', 'node_modules/**']),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
