import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import {
  ARCHITECTURES,
  findRunner,
  goArch,
  goOs,
  KNOWN_GOOD,
  listToolchains,
  PROBE_ARCHITECTURES,
  PROBED_RELEASES,
} from '../collector/index.ts';
import { bytes } from './columns.ts';
import { problemOf } from './problem.ts';

/** One thing that Gotwin needs or can use, and how it stands. */
export interface Check {
  what: string;
  /** `limited`: the main job runs, with something left out. `missing`: it cannot run. */
  state: 'ok' | 'limited' | 'missing';
  found: string;
  /** A command to run, or what to change; empty where nothing is missing. */
  advice: string;
}

/** Recordings of the main job, builds and reports take less; a full disk in the middle costs the whole run. */
const ROOM = 2e9;
/** Where the main job runs its programs beside the machine's own architecture. */
const OTHER = 'arm64';

export async function examine(env: NodeJS.ProcessEnv): Promise<Check[]> {
  return [
    node(),
    ...(await toolchains()),
    ...(await architectures()),
    probe(),
    await space('temporary files', tmpdir()),
    await space('this folder', '.'),
    await tmpfs(),
    terminal(env),
  ];
}

function node(): Check {
  return { what: 'Node', state: 'ok', found: process.version, advice: '' };
}

/** One `go` is enough, for it fetches the others. */
async function toolchains(): Promise<Check[]> {
  const installed = await listToolchains();
  if (installed.length === 0) {
    const advice = 'apt-get install golang-go (any Go from 1.21 on does), or npm start, which gets one';
    return [{ what: 'Go', state: 'missing', found: 'no toolchain', advice }];
  }
  return Object.keys(KNOWN_GOOD).map((minor) => {
    const found = installed.find(
      ({ version }) => version === `go${minor}` || version.startsWith(`go${minor}.`),
    );
    if (found !== undefined)
      return { what: `Go ${minor}`, state: 'ok', found: `${found.version} in ${found.goroot}`, advice: '' };
    return {
      what: `Go ${minor}`,
      state: 'limited',
      found: 'fetched when it is first needed',
      advice: `gotwin toolchain install ${minor}`,
    };
  });
}

async function architectures(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { goarch } of ARCHITECTURES) checks.push(await architecture(goarch));
  return checks;
}

/** Only the machine's own architecture and the main job's other one are worth advice. */
async function architecture(goarch: string): Promise<Check> {
  try {
    const { emulated, emulatorVersion } = await findRunner(goarch);
    return {
      what: goarch,
      state: 'ok',
      found: emulated ? `emulated by ${emulatorVersion}` : 'native',
      advice: '',
    };
  } catch (error) {
    const { message, advice } = problemOf(error);
    const state = goarch === goArch() ? 'missing' : 'limited';
    return {
      what: goarch,
      state,
      found: message,
      advice: goarch === OTHER || state === 'missing' ? advice : '',
    };
  }
}

/** What the layer probe is known to work with; anything else is refused. */
function probe(): Check {
  const arches = Object.keys(PROBE_ARCHITECTURES).map((arch) => `linux/${arch}`);
  const good = `known good with Go ${PROBED_RELEASES.join(', ')} on ${arches.join(', ')}`;
  if (goOs() === 'linux') return { what: 'layer probe', state: 'ok', found: good, advice: '' };
  return { what: 'layer probe', state: 'limited', found: `${good}; not on ${goOs()}`, advice: '' };
}

async function space(what: string, path: string): Promise<Check> {
  const name = `space for ${what}`;
  try {
    await access(path, constants.W_OK);
    const { bavail, bsize } = await statfs(path);
    const free = bavail * bsize;
    const enough = free >= ROOM;
    const advice = enough ? '' : `free some space below ${path}: the main job takes up to ${bytes(ROOM)}`;
    return { what: name, state: enough ? 'ok' : 'limited', found: `${bytes(free)} free`, advice };
  } catch (error) {
    const problem = problemOf(error);
    return {
      what: name,
      state: 'missing',
      found: problem.message,
      advice: `choose a folder that can be written: TMPDIR, --report`,
    };
  }
}

/** Linux's number for the type of file system that lives in memory. */
const TMPFS_MAGIC = 0x01021994;

async function tmpfs(): Promise<Check> {
  const stats = await statfs('/dev/shm').catch(() => undefined);
  const is = stats?.type === TMPFS_MAGIC;
  return {
    what: 'memory as a disk',
    state: is ? 'ok' : 'limited',
    found: is
      ? `/dev/shm, ${bytes(stats.bavail * stats.bsize)} free`
      : 'no tmpfs at /dev/shm; the layer probe writes beside the recording, which is slower',
    advice: '',
  };
}

function terminal(env: NodeJS.ProcessEnv): Check {
  const ci = env.CI ? 'CI is set: plain lines instead of moving progress' : 'progress moves on a terminal';
  return { what: 'terminal', state: 'ok', found: ci, advice: '' };
}
