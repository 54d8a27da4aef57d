/** Code of a step called `process.exit`. Thrown in its place, so that the call has a stack. */
export class EndedByUserCode extends Error {
  readonly exitCode: number | string;

  constructor(exitCode: number | string) {
    super(`process.exit(${exitCode})`);
    this.name = 'EndedByUserCode';
    this.exitCode = exitCode;
  }
}
