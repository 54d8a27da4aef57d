/** The streams of the process and what they can show. The only place that asks for TTY, width and colour. */
import pc from 'picocolors';

export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Resolves when results have room again: false when their reader went away, and more of them serve nobody. */
  hasRoom(): Promise<boolean>;
  /** Progress, warnings and errors. */
  err(text: string): void;
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly errColors: ReturnType<typeof pc.createColors>;
  /** Both streams are terminals and nothing (CI, TERM=dumb) says otherwise. */
  readonly interactive: boolean;
  /** Results are read by a person, and not by a program or from a file. */
  readonly isRead: boolean;
  readonly columns: number;
  /** Whether the terminal is likely to show `✓`. */
  readonly unicode: boolean;
}

export function openTerminal(options: { readonly color?: boolean } = {}): Terminal {
  const { env } = process;
  const out = quietStream(process.stdout);
  const err = quietStream(process.stderr);
  const coloured = (isTty: boolean): boolean => {
    if (options.color === false || (env['NO_COLOR'] ?? '') !== '') return false;
    if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0';
    return isTty && env['TERM'] !== 'dumb';
  };
  const ttys = process.stdout.isTTY === true && process.stderr.isTTY === true;
  return {
    out,
    hasRoom: () => roomIn(process.stdout),
    err,
    colors: pc.createColors(coloured(process.stdout.isTTY === true)),
    errColors: pc.createColors(coloured(process.stderr.isTTY === true)),
    interactive: ttys && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '',
    isRead: process.stdout.isTTY === true,
    columns: process.stdout.columns || 80,
    unicode: process.platform !== 'win32' || env['WT_SESSION'] !== undefined || env['TERM_PROGRAM'] === 'vscode',
  };
}

function roomIn(stream: NodeJS.WriteStream): Promise<boolean> {
  if (stream.errored !== null || stream.destroyed) return Promise.resolve(false);
  if (!stream.writableNeedDrain) return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = (hasRoom: boolean) => (): void => {
      for (const [event, listener] of listeners) stream.off(event, listener);
      resolve(hasRoom);
    };
    const listeners = [
      ['drain', settle(true)],
      ['error', settle(false)],
      ['close', settle(false)],
    ] as const;
    for (const [event, listener] of listeners) stream.on(event, listener);
  });
}

/** A reader that went away (`recipe run | head`) must not end the run: the stream falls silent. */
function quietStream(stream: NodeJS.WriteStream): (text: string) => void {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    open = false;
  });
  return (text) => {
    if (open) stream.write(text);
  };
}
