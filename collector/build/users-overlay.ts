/** An overlay that the user has, by -overlay or in GOFLAGS: of two overlays only one counts, so theirs becomes a part of ours. */
import { readFile, realpath } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { BuildError } from '../errors.ts';
import type { Toolchain } from '../toolchain/find.ts';

const overlaySchema = z.object({ Replace: z.record(z.string(), z.string()).default({}) });

/**
 * From each path that it replaces to what takes its place, which is empty for a file that is to be missing.
 * Paths below the toolchain are given as the toolchain is reached here, by a link or not.
 * Throws BuildError `does-not-compile`.
 */
export async function readOverlay(
  file: string,
  dir: string,
  { goroot }: Pick<Toolchain, 'goroot'>,
): Promise<Map<string, string>> {
  const path = resolve(dir, file);
  const real = await realpath(goroot);
  const { Replace } = await parsed(path);
  return new Map(
    Object.entries(Replace).map(([from, to]) => [
      within(resolve(dir, from), real, goroot),
      to === '' ? '' : resolve(dir, to),
    ]),
  );
}

async function parsed(path: string) {
  try {
    return overlaySchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new BuildError('does-not-compile', `${path} is no overlay: ${(cause as Error).message}`, {
      command: [],
      output: '',
      advice: 'It comes from -overlay, or from -overlay in GOFLAGS; `go help build` says what it has to be.',
      cause,
    });
  }
}

function within(path: string, real: string, goroot: string): string {
  const below = relative(real, path);
  return below.startsWith('..') || path === below ? path : join(goroot, below);
}
