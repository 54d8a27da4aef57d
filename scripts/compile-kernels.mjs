// Compiles src/ml/kernels/*.as.ts to WebAssembly and writes src/ml/kernels/generated/kernels.ts with its bytes, so that
// sources, library and bundle load the same kernels. Takes 2 s; does nothing when the generated module is newer.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'src', 'ml', 'kernels');
const out = join(folder, 'generated', 'kernels.ts');
const sources = readdirSync(folder).filter((file) => /\.as\.ts$|^(forest|grow)-layout\.ts$/.test(file));
const newest = Math.max(
  ...[fileURLToPath(import.meta.url), ...sources.map((file) => join(folder, file))].map((file) => statSync(file).mtimeMs),
);
if (existsSync(out) && statSync(out).mtimeMs > newest) process.exit(0);

const asc = await import('assemblyscript/asc');
const written = new Map();
const { error, stderr } = await asc.main(
  [
    'perform.as.ts',
    '--outFile',
    'kernels.wasm',
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--use',
    'abort=',
    '--importMemory',
    '--sharedMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
    '--enable',
    'simd',
    '--enable',
    'threads',
    '--enable',
    'nontrapping-f2i',
    '--enable',
    'bulk-memory',
    '--baseDir',
    folder,
  ],
  { writeFile: (name, contents) => written.set(name, contents) },
);
if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
const base64 = Buffer.from(written.get('kernels.wasm')).toString('base64');
mkdirSync(dirname(out), { recursive: true });
writeFileSync(
  out,
  `/** Compiled by scripts/compile-kernels.mjs from src/ml/kernels/*.as.ts; edit those. */\nexport const kernels: string =\n  '${base64}';\n`,
);
