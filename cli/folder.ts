import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from './problem.ts';

/** What this call made, those above before those below. */
const made: string[] = [];

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where a
 * folder exists but takes no entries, as /proc does (seen with Node 20.20).
 */
export async function makeFolder(path: string): Promise<void> {
  const whole = resolve(path);
  try {
    await mkdir(whole);
    made.push(whole);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return await refuseFile(whole);
    if (code !== 'ENOENT' || dirname(whole) === whole) throw error;
    await makeFolder(dirname(whole));
    await mkdir(whole).catch((cause) => {
      throw refused(whole, cause);
    });
    made.push(whole);
  }
}

/** A call that is refused leaves nothing behind: folders that it made and put nothing into go again. */
export async function removeEmptyFolders(): Promise<void> {
  // One that holds something, or that somebody else took away meanwhile, stays as it is.
  for (const path of made.splice(0).reverse()) await rmdir(path).catch(() => undefined);
}

async function refuseFile(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) return;
  const advice = 'Choose another folder, with --report or --out.';
  throw new UsageError('folder', `${path} is a file, where a folder should be`, advice);
}

/** "No such file" would be a riddle about a folder that is there. */
function refused(path: string, cause: NodeJS.ErrnoException): Error {
  if (cause.code !== 'ENOENT') return cause;
  const advice = 'Choose a folder that you may write to, with --report or --out.';
  return new UsageError('folder', `${dirname(path)} takes no new folder`, advice);
}
