/** Recordings are what costs, so they are kept: rules can be asked again without Go. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Source } from './sources.ts';

export class Cache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  path({ go, arch, file }: Source): string {
    return join(this.#folder, `go${go}-${arch}`, file);
  }

  #tried(path: string): boolean {
    return existsSync(path) || existsSync(noteOf(path));
  }

  /** Everything that was ever recorded, and what it is called. */
  async all(): Promise<{ path: string; name: string }[]> {
    const files = existsSync(this.#folder) ? await readdir(this.#folder, { recursive: true }) : [];
    const recorded = files.filter((file) => /\.(gotwin|trace)$/.test(file)).sort();
    return recorded.map((file) => ({
      path: join(this.#folder, file),
      name: `${basename(file)} on ${dirname(file)}`,
    }));
  }

  /** Records it where that was not tried before. What cannot be built or run is noted, and not tried again. */
  async recorded(source: Source): Promise<{ path: string; failed?: string }> {
    const path = this.path(source);
    if (!this.#tried(path)) await this.#record(source, path);
    if (existsSync(path)) return { path };
    return { path, failed: await readFile(noteOf(path), 'utf8') };
  }

  async #record(source: Source, path: string): Promise<void> {
    await mkdir(join(path, '..'), { recursive: true });
    const unfinished = `${path}.new`;
    try {
      await source.record(unfinished);
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true, recursive: true });
      await writeFile(noteOf(path), error instanceof Error ? error.message : String(error));
    }
  }
}

const noteOf = (path: string): string => `${path}.failed`;
