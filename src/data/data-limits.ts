/** What the command says of the data engine in the worker's environment. The temporary folder is `serve`'s. */
export interface DataLimits {
  readonly threads?: number;
  readonly memoryLimit?: string;
}

export function dataLimits(env: Readonly<Record<string, string | undefined>>): DataLimits {
  const threads = Number(env['RECIPE_THREADS'] ?? '');
  const bytes = Number(env['RECIPE_MEMORY_LIMIT'] ?? '');
  return {
    ...(Number.isInteger(threads) && threads > 0 && { threads }),
    ...(Number.isInteger(bytes) && bytes > 0 && { memoryLimit: `${bytes}B` }),
  };
}
