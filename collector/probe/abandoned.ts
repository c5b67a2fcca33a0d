/**
 * Folders in memory that a collector made for a probe's records and was killed before it could remove:
 * they take memory until the machine is started anew, so the next collector removes them.
 * What is not certainly abandoned stays.
 */
import { constants } from 'node:fs';
import { lstat, mkdtemp, open, readdir, readFile, readlink, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PREFIX = 'gotwin-probe-';
const OWNER = 'owner';
const RECORDS = 'records';
/** What an owner's file has at most; a longer one is none of ours. */
const OWNER_BYTES = 256;

/** A new folder below `memory` that says who made it; the path of the records in it. */
export async function claimFolder(memory: string): Promise<string> {
  const folder = await mkdtemp(join(memory, PREFIX));
  const owner = await describe(process.pid);
  if (owner !== undefined) await writeFile(join(folder, OWNER), owner, { flag: 'wx', mode: 0o600 });
  return join(folder, RECORDS);
}

/** Removes what collectors of this user left below `memory` when they were killed; the names of the folders. */
export async function removeAbandoned(memory: string): Promise<string[]> {
  const names = await readdir(memory).catch(() => []);
  const removed: string[] = [];
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const folder = join(memory, name);
    // Another collector may be removing it too.
    if (await isAbandoned(folder).catch(() => false)) {
      await remove(folder).then(
        () => removed.push(name),
        () => {},
      );
    }
  }
  return removed;
}

async function isAbandoned(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
  const written = await ownerOf(join(folder, OWNER));
  const pid = Number.parseInt(written, 10);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const ours = await describe(process.pid);
  // In another container the same numbers are other processes.
  if (ours === undefined || namespaceIn(written) !== namespaceIn(ours)) return false;
  return (await describe(pid)) !== written;
}

/** Only what a collector puts there: a folder that has anything else in it is left with that. */
async function remove(folder: string): Promise<void> {
  await rm(join(folder, RECORDS), { force: true });
  await rm(join(folder, OWNER), { force: true });
  await rmdir(folder);
}

async function ownerOf(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(OWNER_BYTES), 0, OWNER_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * A process so that no other is taken for it: its number, when it began, and the namespace in which that is its
 * number. Undefined where there is none, or the system does not say.
 */
async function describe(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The command, in parentheses, may have anything in it; the 22nd field is the 20th after it.
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid} ${started} ${await readlink('/proc/self/ns/pid')}\n`;
  } catch {
    return undefined;
  }
}

function namespaceIn(owner: string): string | undefined {
  return owner.trim().split(' ')[2];
}
