/** A TypeScript file of the tests as one module, for a process of its own. */
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Gives the path of the module in `folder`. `name` is a file of `test/support`. */
export function bundleSupport(name: string, folder: string): string {
  const outfile = join(folder, name.replace(/\.ts$/, '.mjs'));
  buildSync({
    entryPoints: [join(import.meta.dirname, name)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    // graphlib and others are CommonJS.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}
