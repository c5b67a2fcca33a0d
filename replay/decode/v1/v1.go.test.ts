/**
 * v1 traces against real Go: where Go's newest reader knows the version (1.11
 * on) event by event against that, before against the parser of the release.
 *
 * By default three releases are fetched and run. GOTWIN_OLD_GO=all runs them
 * all; any other value is a list of releases, with commas.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { type OrderedGeneration, Orderer } from '../../order/index.ts';
import { openTrace, type TraceReader } from '../index.ts';
import { goroot, goToolTrace, NEWEST } from '../testdata/record.ts';
import { NoRelease, OldReleases } from './testdata/older.ts';
import { ownEvents, parserEvents } from './testdata/own-parser.ts';
import { firstDifference, firstOfEachPc, parsedEvents, readParsed } from './testdata/parsed.ts';

const RELEASES = [
  { go: '1.9.7', version: 9 },
  { go: '1.10.8', version: 10 },
  { go: '1.11.13', version: 11 },
  { go: '1.16.15', version: 11 },
  { go: '1.18.10', version: 11 },
  { go: '1.20.14', version: 19 },
  { go: '1.21.13', version: 21 },
];
const BY_DEFAULT = '1.9.7,1.16.15,1.21.13';
const wanted = process.env.GOTWIN_OLD_GO ?? BY_DEFAULT;
const releases = RELEASES.filter(({ go }) => wanted === 'all' || wanted.split(',').includes(go));

const old = new OldReleases();
afterAll(() => old.remove());

async function read(path: string): Promise<[TraceReader, OrderedGeneration]> {
  const reader = await openTrace(await readFile(path));
  const orderer = new Orderer();
  const histories: OrderedGeneration[] = [];
  for await (const generation of reader.generations()) histories.push(orderer.order(generation));
  expect(reader.damages).toEqual([]);
  expect(histories).toHaveLength(1);
  return [reader, histories[0]!];
}

/** Event by event, with Go's newest reader: who, what, when, and every frame of every stack. */
async function compare(path: string, output: string): Promise<void> {
  const [reader, history] = await read(path);
  const theirs = readParsed(output);
  const frames = firstOfEachPc(history.generation);
  expect(theirs.length).toBeGreaterThan(0);
  expect(firstDifference(parsedEvents(history, reader.base, frames, theirs), theirs)).toBe('');
}

/** What a release's run is held against. */
interface Run {
  readonly path: string;
  readonly output: string;
}

/**
 * A trace of that release, and what Go's reader makes of it. Skips the test
 * where the release cannot be had, or where Go refuses each of three traces, as
 * it does when the clocks of processors differ.
 */
async function runOf(context: TestContext, go: string, own: boolean): Promise<Run> {
  let refused = '';
  try {
    const parser = own ? await old.parser(go) : undefined;
    for (let attempt = 0; attempt < 3; attempt++) {
      const path = await old.record(go, 12);
      const printed = parser === undefined ? goToolTrace(NEWEST, '-d=parsed', path) : outputOf(parser, path);
      const output = await printed.catch((error: Error) => {
        refused = error.message;
        return undefined;
      });
      if (output !== undefined) return { path, output };
    }
  } catch (error) {
    if (!(error instanceof NoRelease)) throw error;
    context.skip(error.message);
  }
  context.skip(`Go's own reader refuses what Go ${go} wrote here: ${refused}`);
  throw new Error('a skipped test goes on');
}

async function outputOf(program: string, path: string): Promise<string> {
  const { stdout } = await execa(program, [path], { maxBuffer: 1 << 29 });
  return stdout;
}

test('each v1 sample of Go’s own is read as Go reads it', async () => {
  const folder = join(await goroot(NEWEST), 'src/internal/trace/internal/tracev1/testdata');
  const samples = await readdir(folder);
  expect(samples.length).toBeGreaterThanOrEqual(12);
  for (const sample of samples) {
    const path = join(folder, sample);
    await compare(path, await goToolTrace(NEWEST, '-d=parsed', path));
  }
});

describe.each(releases)('a trace that Go $go wrote', ({ go, version }) => {
  test('is read as Go reads it', async (context) => {
    const { path, output } = await runOf(context, go, version < 11);
    const [reader, history] = await read(path);
    expect(reader.version).toBe(version);
    if (version >= 11) return await compare(path, output);
    const theirs = parserEvents(output);
    const ours = ownEvents(history);
    expect(theirs.length).toBeGreaterThan(1000);
    const at = ours.findIndex((event, i) => event !== theirs[i]);
    expect(at < 0 ? undefined : [ours[at], theirs[at]]).toBeUndefined();
    expect(ours.length).toBe(theirs.length);
  });
});
