/** One question of `recipe doctor` and its answer. */
export type CheckGroup = 'package' | 'optional' | 'project' | 'machine';

export interface CheckResult {
  /** `error`: a run cannot work. `warning`: it works, but something is not as it should be. `note`: neither good nor bad. */
  readonly state: 'ok' | 'note' | 'warning' | 'error';
  /** One sentence without a period. */
  readonly message: string;
  /** The way out. */
  readonly hint?: string;
}

export interface Check {
  /** A word or two, unique. */
  readonly name: string;
  readonly group: CheckGroup;
  look(): CheckResult | Promise<CheckResult>;
}

/** The first line of an error, for a sentence. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.trim() ?? '';
}

/** `1.2 GB`. */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toPrecision(3)} ${units[power]}`;
}
