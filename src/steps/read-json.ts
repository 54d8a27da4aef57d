/** A JSON file that an earlier step wrote. */
import { readFileSync } from 'node:fs';

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
