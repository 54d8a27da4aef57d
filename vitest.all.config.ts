import { defineConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

export default defineConfig({
  test: {
    ...shared,
    setupFiles: ['test/support/fixed-seed.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/mlflow/**', 'test/remote/**', 'node_modules/**'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
