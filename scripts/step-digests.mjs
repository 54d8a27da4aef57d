// Writes dist/step-digests.json: for each step a digest of its own built code with everything that it imports from dist/,
// so that a change of our code re-runs exactly the steps that contain it. Runs after tsc; needs no place and no clock.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';

// What every step's outputs pass through without the step importing it: the data session, and how parameters, seed and
// output paths reach the step. Cards, logs and messages are left out: they shape no output that a later step reads.
const SHARED = ['data/duckdb.js', 'worker/step-context.js', 'worker/environment.js'];

const dist = resolve(process.argv[2] ?? join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist'));
writeFileSync(join(dist, 'step-digests.json'), `${JSON.stringify(await stepDigests(), null, 2)}\n`);

async function stepDigests() {
  const minified = new Map();
  const digests = {};
  for (const [step, file] of await stepFiles())
    digests[step] = await digestOf([file, ...SHARED.filter((path) => existsSync(join(dist, path)))], minified);
  return digests;
}

/** Name of each step and the file that declares it, in code-unit order. Declarations are light, so they are imported. */
async function stepFiles() {
  const found = [];
  for (const name of readdirSync(join(dist, 'steps'))
    .filter((entry) => entry.endsWith('.js'))
    .sort()) {
    const file = `steps/${name}`;
    const exported = await import(pathToFileURL(join(dist, file)).href);
    for (const value of Object.values(exported)) {
      if (typeof value === 'object' && value !== null && 'outputs' in value && typeof value.load === 'function')
        found.push([value.name, file]);
    }
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** SHA-256 over paths relative to dist/ and minified codes, each with its length, in code-unit order of the paths. */
async function digestOf(entries, minified) {
  const hash = createHash('sha256');
  for (const path of await closure(entries)) {
    if (!minified.has(path)) minified.set(path, await minify(path));
    for (const part of [path, minified.get(path)]) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return hash.digest('hex');
}

/** Every file of dist/ that these import, statically or by `import()`. */
async function closure(entries) {
  const { metafile } = await build({
    absWorkingDir: dist,
    entryPoints: entries,
    outdir: 'unused',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    tsconfigRaw: '{}',
    loader: { '.wasm': 'binary' },
    logLevel: 'error',
  });
  return Object.keys(metafile.inputs).sort();
}

/** Without comments and formatting, so that editing those re-runs nothing. */
async function minify(path) {
  const bytes = readFileSync(join(dist, path));
  if (!/\.(js|mjs|json)$/.test(path)) return bytes.toString('base64');
  const loader = path.endsWith('.json') ? 'json' : 'js';
  const { code } = await transform(bytes.toString('utf8'), {
    loader,
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    ignoreAnnotations: true,
    tsconfigRaw: '{}',
    charset: 'utf8',
  });
  return code;
}
