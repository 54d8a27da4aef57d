/**
 * A result could be kept and not be brought into view: some of its files have been moved and others have
 * not. What is left in the staging folder is no result any more, and must not be taken for one.
 */
export class NotShownError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'NotShownError';
  }
}
