/** The flags of commands, as commander hands them over. */
/** Flags that every command about a project takes. */
export interface ProjectFlags {
  readonly profile?: string;
  readonly set?: readonly string[];
  readonly envFile?: readonly string[];
  readonly C?: string;
  /** As it was written. */
  readonly sample?: string;
  readonly format: 'human' | 'concise' | 'json';
  readonly json?: boolean;
}

/** Which steps: those of `run` and `plan`. */
export interface SelectionFlags {
  readonly step?: string;
  /** The same as `step`. */
  readonly to?: string;
  readonly from?: string;
  /** Names of steps; empty ones for `--force` without a name. */
  readonly force?: readonly string[];
  readonly refresh?: boolean;
  /** Commander's form of `--no-cache`: true unless that was given. */
  readonly cache?: boolean;
}

export interface ValidateFlags extends ProjectFlags {
  /** Commander's form of `--no-types`: true unless that was given. */
  readonly types?: boolean;
  readonly online?: boolean;
}

export interface PlanFlags extends ProjectFlags, SelectionFlags {
  readonly check?: boolean;
  /** A run to compare with. */
  readonly diff?: string;
}

export interface RunFlags extends ProjectFlags, SelectionFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly inspectBrk?: boolean;
  readonly paranoid?: boolean;
  readonly keepGoing?: boolean;
  readonly watch?: boolean;
}
