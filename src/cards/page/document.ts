/**
 * The shell around a rendered card: head, style, script, content security policy and the data. These are
 * not in the templates, so that templates print nothing unescaped but drawings.
 */
import { esc, escJson } from '../escape.ts';
import { script, style } from '../generated/templates.ts';

export interface DocumentParts {
  readonly title: string;
  /** Already rendered and escaped. */
  readonly body: string;
  /** The card as JSON, for programs that have only the file; read it with `textContent`. */
  readonly data: string;
}

/** Nothing loads, nothing runs but our own bytes; the policy holds wherever the file is opened. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${style.sha256}'`,
  `script-src 'sha256-${script.sha256}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export function documentOf({ title, body, data }: DocumentParts): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${esc(title)}</title>`,
    // Without it a browser asks the server for an icon.
    '<link rel="icon" href="data:,">',
    `<style>${style.text}</style>`,
    '</head>',
    '<body>',
    body,
    `<script type="application/json" id="card-data">${escJson(data)}</script>`,
    `<script>${script.text}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
