// Loads TypeScript sources into a script: Node 20 cannot import them, so they are bundled in memory.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What these sources export: path from the root → the names that are wanted. They must need nothing of Node. */
export async function loadSources(wanted) {
  const lines = Object.entries(wanted).map(([path, names]) => `export { ${names.join(', ')} } from ${JSON.stringify(`./${path}`)};`);
  const result = await build({
    stdin: { contents: lines.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    logLevel: 'error',
  });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].text).toString('base64')}`);
}
