/** Where this package lies on disk, whether the code runs from `src/`, `dist/` or the bundled command. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let found: { readonly root: string; readonly version: string } | undefined;

export function packageRoot(): string {
  return locate().root;
}

export function packageVersion(): string {
  return locate().version;
}

function locate(): { readonly root: string; readonly version: string } {
  if (found !== undefined) return found;
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
      if (name === 'mlrecipe') {
        found = { root: folder, version: version ?? '0.0.0' };
        return found;
      }
    }
    if (folder === dirname(folder)) throw new Error('the package of mlrecipe was not found above its own code');
  }
}
