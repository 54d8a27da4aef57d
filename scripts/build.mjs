// Builds dist/: generated sources, the library (tsc), the digests of the steps, the command (esbuild), the scaffolds.
// With --if-stale it does nothing when dist/ is newer than every source.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stamp = join(dist, '.built');

// A packed tarball carries dist/ but no sources: there is nothing to build.
if (!existsSync(join(root, 'src')) || (process.argv.includes('--if-stale') && isFresh())) process.exit(0);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
run('scripts/generate-schema.mjs');
run('scripts/precompile-templates.mjs');
run('scripts/compile-kernels.mjs');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
copyGenerated();
run('scripts/step-digests.mjs');
await bundleCommand();
// What `init` copies: `templates/scaffold` for all, `templates/TASK/scaffold` for one.
for (const room of ['.', 'regression', 'classification'])
  cpSync(join(root, 'src/templates', room, 'scaffold'), join(dist, 'templates', room, 'scaffold'), { recursive: true });
writeFileSync(stamp, '');

function run(script, ...args) {
  execFileSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
}

/** Generated JavaScript beside its declarations is not seen by tsc; it is copied as it is. */
function copyGenerated() {
  for (const room of readdirSync(join(root, 'src'), { withFileTypes: true })) {
    const from = join(root, 'src', room.name, 'generated');
    if (!room.isDirectory() || !existsSync(from)) continue;
    for (const file of readdirSync(from)) {
      if (!file.endsWith('.js') && !file.endsWith('.mjs') && !file.endsWith('.d.ts')) continue;
      mkdirSync(join(dist, room.name, 'generated'), { recursive: true });
      cpSync(join(from, file), join(dist, room.name, 'generated', file));
    }
  }
}

/** One minified module for the start of the command, and chunks for what a command loads later. */
async function bundleCommand() {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: 'dist/cli/main.js' },
    outdir: 'dist/cli/bundle',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: false,
    legalComments: 'none',
    external: ['esbuild', 'libsql', '@duckdb/node-api', 'listr2', 'handlebars', 'd3-array', 'd3-scale', 'd3-shape'],
    // Some dependencies are CommonJS and ask for Node's own modules by `require`.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'warning',
  });
  writeFileSync(join(dist, 'cli', 'bundle', 'package.json'), '{"type":"module"}\n');
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  return newest(join(root, 'src')) < built && newest(join(root, 'scripts')) < built && statSync(join(root, 'package.json')).mtimeMs < built;
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'generated') continue;
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}
