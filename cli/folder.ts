import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from './problem.ts';

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where a
 * folder exists but takes no entries, as /proc does (seen with Node 20.20).
 */
export async function makeFolder(path: string): Promise<void> {
  const whole = resolve(path);
  try {
    await mkdir(whole);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return await refuseFile(whole);
    if (code !== 'ENOENT' || dirname(whole) === whole) throw error;
    await makeFolder(dirname(whole));
    await mkdir(whole).catch((cause) => {
      throw refused(whole, cause);
    });
  }
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
