/**
 * What a bundle depends on besides the files that it contains: files that would be taken instead
 * if they existed, and the package.json files that say how imports resolve. Without these a new
 * file could change what an import means and go unnoticed.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** In esbuild's order of preference. */
const EXTENSIONS = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json'];
/** TypeScript lets an import name the compiled file while only the source exists. */
const COMPILED = /\.([cm]?)jsx?$/;

/** Absolute paths that do not exist now and would win over `resolved` if they did. */
export function rivals(importer: string, specifier: string, resolved: string): readonly string[] {
  if (!specifier.startsWith('.')) return [];
  const base = resolve(dirname(importer), specifier);
  if (base === resolved) return [];
  const candidates = [base, ...EXTENSIONS.map((extension) => base + extension)];
  if (COMPILED.test(base)) candidates.push(base.replace(COMPILED, '.$1ts'), base.replace(COMPILED, '.$1tsx'));
  candidates.push(...EXTENSIONS.map((extension) => join(base, `index${extension}`)));
  return candidates.filter((candidate) => candidate !== resolved && !existsSync(candidate));
}

/** The package.json that governs a file, and the places nearer to it where one is absent. */
export function governingManifest(file: string): { readonly present?: string; readonly absent: readonly string[] } {
  const absent: string[] = [];
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return { present: manifest, absent };
    absent.push(manifest);
    if (folder === dirname(folder)) return { absent };
  }
}
