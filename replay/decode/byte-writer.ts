import type { WireNumber } from './wire-events.ts';

/** Bytes as a trace is made of them, into memory that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #size = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#size++] = value;
  }

  /** Pads to `width` bytes, as the runtime does where it fills a number in later. */
  varint(value: WireNumber, width = 1): void {
    let size = 1;
    if (typeof value === 'number' && value <= 0x7fffffff) {
      let small = value;
      for (; small > 127 || size < width; size++, small >>= 7) this.byte((small & 127) | 128);
      this.byte(small);
      return;
    }
    let rest = BigInt(value);
    for (; rest > 127n || size < width; size++, rest >>= 7n) this.byte(Number(rest & 127n) | 128);
    this.byte(Number(rest));
  }

  bytes(data: Uint8Array): void {
    this.#reserve(data.length);
    this.#bytes.set(data, this.#size);
    this.#size += data.length;
  }

  text(ascii: string): void {
    for (const char of ascii) this.byte(char.charCodeAt(0));
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#bytes.length) return;
    const larger = new Uint8Array((this.#size + more) * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
