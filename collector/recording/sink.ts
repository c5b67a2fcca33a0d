import { type FileHandle, open } from 'node:fs/promises';

/**
 * A file that takes a stream up to a limit, and after that, or after the disk
 * is full, counts what it could not take. It never fails: a program must not
 * block or die because its output cannot be kept.
 */
export class BoundedFile {
  /** Bytes that are not in the file. */
  lost = 0;
  /** Why, as a sentence's end; empty while nothing is lost. */
  reason = '';
  private size = 0;
  private readonly handle: FileHandle;
  private readonly limit: number;

  private constructor(handle: FileHandle, limit: number) {
    this.handle = handle;
    this.limit = limit;
  }

  static async create(path: string, limit: number): Promise<BoundedFile> {
    return new BoundedFile(await open(path, 'w'), limit);
  }

  async write(chunk: Uint8Array): Promise<void> {
    const room = this.reason === '' ? Math.min(chunk.length, this.limit - this.size) : 0;
    if (room > 0) await this.append(chunk.subarray(0, room));
    if (room < chunk.length) this.lose(chunk.length - room, `past the limit of ${this.limit} bytes`);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async append(chunk: Uint8Array): Promise<void> {
    try {
      const { bytesWritten } = await this.handle.write(chunk);
      this.size += bytesWritten;
      if (bytesWritten < chunk.length) this.lose(chunk.length - bytesWritten, 'the disk is full');
    } catch (error) {
      this.lose(chunk.length, (error as Error).message);
    }
  }

  private lose(bytes: number, reason: string): void {
    this.lost += bytes;
    this.reason ||= reason;
  }
}
