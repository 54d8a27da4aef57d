// Compiles src/cards/templates/*.hbs, minifies the page's style and script, and writes src/cards/generated/templates.ts.
// Templates may call nothing but `svg`, `prose` and the built-in helpers: a misspelt call fails here and not in a user's card.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import Handlebars from 'handlebars';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cards = join(root, 'src', 'cards');
const out = join(cards, 'generated');

const names = readdirSync(join(cards, 'templates'))
  .filter((file) => file.endsWith('.hbs'))
  .map((file) => file.slice(0, -4))
  .sort();
const compiled = names.map((name) => {
  const source = readFileSync(join(cards, 'templates', `${name}.hbs`), 'utf8');
  // A blank between tags is kept where one was written; line ends and indents between blocks draw nothing.
  const spec = Handlebars.precompile(source.replace(/\n$/, ''), {
    knownHelpersOnly: true,
    knownHelpers: { svg: true, prose: true },
    strict: true,
    preventIndent: true,
  });
  return `  ${JSON.stringify(name)}: ${spec},\n`;
});
const style = minify('card.css', 'css');
const script = minify('card.js', 'js');

mkdirSync(out, { recursive: true });
writeFileSync(
  join(out, 'templates.ts'),
  [
    '// @ts-nocheck: compiled by scripts/precompile-templates.mjs from src/cards/templates and src/cards/page; edit those.',
    `export const templates: Readonly<Record<string, object>> = {\n${compiled.join('')}};`,
    asset('style', style),
    asset('script', script),
    '',
  ].join('\n'),
);

function minify(file, loader) {
  const source = readFileSync(join(cards, 'page', file), 'utf8');
  const { code } = transformSync(source, {
    loader,
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    target: ['chrome123', 'firefox120', 'safari17.5'],
  });
  return code.trim();
}

/** The bytes of the asset with the digest that the content security policy names. */
function asset(name, text) {
  const sha256 = createHash('sha256').update(text).digest('base64');
  return `export const ${name}: { readonly text: string; readonly sha256: string } = ${JSON.stringify({ text, sha256 })};`;
}
