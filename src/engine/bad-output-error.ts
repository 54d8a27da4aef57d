/** A step ended well and did not leave what it declares: the step's fault, not the store's. */
export class BadOutputError extends Error {
  readonly output: string;

  constructor(output: string, message: string) {
    super(message);
    this.name = 'BadOutputError';
    this.output = output;
  }
}
