/** The memory of the kernels as their twins read it. */

export class TwinMemory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly numbers: Float64Array;

  constructor(buffer: ArrayBufferLike) {
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.numbers = new Float64Array(buffer);
  }

  byte(offset: number): number {
    return this.bytes[offset] as number;
  }

  word(offset: number): number {
    return this.words[offset >>> 2] as number;
  }

  /** A word that is an offset: memory may be larger than 2 GiB. */
  offset(offset: number): number {
    return (this.words[offset >>> 2] as number) >>> 0;
  }

  number(offset: number): number {
    return this.numbers[offset / 8] as number;
  }

  setWord(offset: number, value: number): void {
    this.words[offset >>> 2] = value;
  }

  setNumber(offset: number, value: number): void {
    this.numbers[offset / 8] = value;
  }

  addNumber(offset: number, value: number): void {
    this.numbers[offset / 8] = (this.numbers[offset / 8] as number) + value;
  }
}
