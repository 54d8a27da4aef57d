/** The fetching of data, on stderr: a line that moves where someone looks, else one at the beginning and one at the end. */
import type { FetchProgress } from '../../app/fetch/fetch-data.ts';
import type { RunFlags } from '../flags.ts';
import { isJson } from '../open.ts';
import { size } from '../sizes.ts';
import type { Terminal } from '../terminal.ts';

export function fetchLine(terminal: Terminal, flags: RunFlags): (progress: FetchProgress) => void {
  if (isJson(flags) || flags.quiet === true) return () => undefined;
  const moves = terminal.interactive;
  let shown = '';
  return ({ label, doneBytes, totalBytes, end }) => {
    const of = totalBytes === undefined ? '' : ` of ${size(totalBytes)}`;
    const text =
      end === 'fetched'
        ? `fetched ${label}, ${size(doneBytes)}`
        : end === 'unchanged'
          ? `unchanged ${label}`
          : doneBytes === 0
            ? `fetching ${label}`
            : `fetching ${label}, ${size(doneBytes)}${of}`;
    if (text === shown || (!moves && end === undefined && doneBytes > 0)) return;
    shown = text;
    terminal.err(moves ? `\r\u001b[2K${text}${end === undefined ? '' : '\n'}` : `${text}\n`);
  };
}
