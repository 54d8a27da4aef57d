#!/usr/bin/env node
// The command. It hands over to the project's own mlrecipe when the project has one, so that the
// command, the worker and the user's imports are one copy of the library.
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const built = join(packageOfProject() ?? here, 'dist', 'cli', 'bundle', 'main.js');

if (existsSync(built)) {
  await import(pathToFileURL(built).href);
} else {
  process.stderr.write(
    `error: mlrecipe is not built: ${built} is missing\n\nhint: run \`npm run build\` in ${dirname(dirname(dirname(dirname(built))))}\n`,
  );
  process.exitCode = 4;
}

/** The mlrecipe that the project in the current folder (or in `-C FOLDER`) has installed, if it is built. */
function packageOfProject() {
  const flag = process.argv.findIndex((word) => word.startsWith('-C'));
  const folder = flag < 0 ? '.' : process.argv[flag] === '-C' ? process.argv[flag + 1] : process.argv[flag].slice(2);
  const start = resolve(folder ?? '.');
  try {
    const found = createRequire(join(start, 'package.json')).resolve('mlrecipe/package.json');
    const installed = dirname(realpathSync(found));
    return existsSync(join(installed, 'dist', 'cli', 'bundle', 'main.js')) ? installed : undefined;
  } catch {
    return undefined;
  }
}
