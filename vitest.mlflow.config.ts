import { defineConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

export default defineConfig({
  test: { ...shared, include: ['test/mlflow/**/*.test.ts', 'test/remote/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});
