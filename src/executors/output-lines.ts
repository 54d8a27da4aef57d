/**
 * Cuts a stream of output bytes into the lines of one step after another. Chunks may end in the
 * middle of a character, of a line or of the mark that ends a step.
 */
import { StringDecoder } from 'node:string_decoder';

export interface OutputSink {
  /** Text as it came, for the log. Ends at any place. */
  text(text: string): void;
  /** One line without its line end. */
  line(line: string): void;
}

interface Waiting {
  readonly sink: OutputSink;
  readonly mark: string;
  readonly ended: () => void;
}

export class OutputLines {
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';
  #partial = '';
  #current: Waiting | undefined;

  #isOver = false;

  /** Send everything up to `mark` to the sink. Resolves when the mark came or the stream has ended. Output from before is included. */
  until(mark: string, sink: OutputSink): Promise<void> {
    return new Promise((resolve) => {
      this.#current = { sink, mark, ended: resolve };
      this.#deliver();
      if (this.#isOver && this.#current !== undefined) this.#finish(this.#current, this.#pending, '');
    });
  }

  push(chunk: Uint8Array): void {
    this.#pending += this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#deliver();
  }

  /** The stream is over: whoever waits gets the rest. */
  end(): void {
    this.#isOver = true;
    this.#pending += this.#decoder.end();
    this.#deliver();
    if (this.#current !== undefined) this.#finish(this.#current, this.#pending, '');
  }

  #deliver(): void {
    if (this.#current === undefined) return;
    const { mark } = this.#current;
    const at = this.#pending.indexOf(mark);
    if (at >= 0) {
      this.#finish(this.#current, this.#pending.slice(0, at), this.#pending.slice(at + mark.length));
      return;
    }
    // A mark may have begun at the end of what is here; only that part has to wait.
    const held = heldBack(this.#pending, mark);
    this.#emit(this.#pending.slice(0, this.#pending.length - held));
    this.#pending = this.#pending.slice(this.#pending.length - held);
  }

  #emit(text: string): void {
    if (text === '' || this.#current === undefined) return;
    const { sink } = this.#current;
    sink.text(text);
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) sink.line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  #finish({ sink, ended }: Waiting, last: string, rest: string): void {
    this.#emit(last);
    if (this.#partial !== '') sink.line(this.#partial);
    this.#partial = '';
    this.#pending = rest;
    this.#current = undefined;
    ended();
  }
}

/** Length of the longest end of `text` that is a beginning of `mark`. */
function heldBack(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
