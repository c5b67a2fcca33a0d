/** Go 1.10 ends the thread of a goroutine that ends locked to it: real runs of both sides, by the rules of both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { goArch, installToolchain } from '../collector/index.ts';
import { resultDocumentSchema } from './result-document.ts';
import { gotwin } from './spawned.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-before-after-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A snapshot every few milliseconds, of rounds in which the same threads would be used again. */
const RUN = ['threadexit', '--godebug', 'schedtrace=10', '--json', '-q'];
/**
 * Few threads: printing what many do keeps the scheduler's lock for most of the time. In 80 rounds, tens of times as
 * many snapshots show a thread before and after its goroutine ended as one that would do.
 */
const PROGRAM = ['--', '-d', '2s', '-threads', '20'];

async function judged(args: string[]) {
  const { stdout, stderr } = await gotwin(args, { cwd: folder });
  const [replay] = resultDocumentSchema.parse(JSON.parse(stdout)).recordings;
  expect(replay, `gotwin ${args.join(' ')}\n${stderr}`).toBeDefined();
  return replay!;
}

const SIDES = [
  { go: '1.9.7', other: '1.10', variant: 'as before Go 1.10', broken: 'text/thread-exit' },
  { go: '1.10.8', other: '1.9', variant: 'as since Go 1.10', broken: 'text/threads-stay' },
];

test.skipIf(goArch() !== 'amd64').for(SIDES)(
  'Go $go conforms, $variant, and diverges by the rules of Go $other',
  async ({ go, other, variant, broken }, context) => {
    await installToolchain(go).catch((error) => context.skip(String(error.message)));
    const own = await judged(['check', ...RUN, '--go', go, '--report', go, ...PROGRAM]);
    expect(own).toMatchObject({
      verdict: 'conforms',
      why: expect.stringContaining(variant),
      divergences: [],
    });
    const recording = join(go, 'recordings', own.file);
    const across = await judged(['replay', recording, '--judge-by', other, '--json', '-q']);
    expect(across).toMatchObject({
      verdict: 'diverges',
      why: expect.stringContaining(`the model of Go ${other}`),
    });
    expect([...new Set(across.divergences.map(({ rule }) => rule))]).toEqual([broken]);
  },
);
