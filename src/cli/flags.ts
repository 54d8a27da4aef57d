/** The flags of commands, as commander hands them over. */
/** Flags that every command about a project takes. */
export interface ProjectFlags {
  readonly profile?: string;
  readonly set?: readonly string[];
  readonly C?: string;
  /** As it was written. */
  readonly sample?: string;
  readonly format: 'human' | 'concise' | 'json';
  readonly json?: boolean;
}

export interface RunFlags extends ProjectFlags {
  readonly step?: string;
  readonly force?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly inspectBrk?: boolean;
  readonly paranoid?: boolean;
  readonly from?: string;
  readonly refresh?: boolean;
  /** Commander's form of `--no-cache`: true unless that was given. */
  readonly cache?: boolean;
  readonly keepGoing?: boolean;
  readonly watch?: boolean;
}
