/**
 * Reads Markdown files whose sections are tests: fenced blocks give the files and arguments, the last
 * block gives the exact text expected. `UPDATE_GOLDEN=1` writes what came out instead, but not in CI.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface LiterateCase {
  readonly title: string;
  /** File name → text, from blocks such as ` ```yaml recipe.yaml `. */
  readonly files: ReadonlyMap<string, string>;
  /** Lines of the ` ```args ` block. */
  readonly args: readonly string[];
  /** The ` ```text ` block. */
  readonly expected: string;
}

const BLOCK = /^```(\S+)(?: (\S+))?\n([\s\S]*?)^```$/gmu;

export function readCases(path: string): readonly LiterateCase[] {
  const sections = readFileSync(path, 'utf8').split(/^## /mu).slice(1);
  return sections.map((section) => {
    const files = new Map<string, string>();
    let args: readonly string[] = [];
    let expected = '';
    for (const [, kind = '', name, body = ''] of section.matchAll(BLOCK)) {
      if (kind === 'args') args = body.trim().split('\n');
      else if (kind === 'text') expected = body.replace(/\n$/u, '');
      else if (name !== undefined) files.set(name, body);
    }
    return { title: section.split('\n')[0] ?? '', files, args, expected };
  });
}

export const isUpdating: boolean = process.env['UPDATE_GOLDEN'] === '1' && process.env['CI'] === undefined;

/** Replace the expected text of one section. */
export function updateCase(path: string, title: string, actual: string): void {
  const parts = readFileSync(path, 'utf8').split(/^(?=## )/mu);
  const updated = parts.map((part) =>
    part.startsWith(`## ${title}\n`) ? part.replace(/^```text\n[\s\S]*?^```$/mu, () => `\`\`\`text\n${actual}\n\`\`\``) : part,
  );
  writeFileSync(path, updated.join(''));
}
