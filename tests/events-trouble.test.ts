/** What is said of a trace that something is wrong with, or that does not come as it must. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eventCountsSchema } from '../cli/result-document.ts';
import { gotwin } from '../cli/spawned.ts';
import { writeWire } from '../replay/decode/index.ts';
import { event, generation, sample, status } from '../replay/decode/testdata/sample.ts';

/** A process takes its time to start where others want the machine too. */
const PATIENCE = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'gotwin-trouble-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const sound = generation(26, 1, status());
/** Nobody readied goroutine 2, nor gave it its numbers 2 to 6. */
const start = event('GoStart', { g: 2, g_seq: 7 });
const block = event('GoBlock', { reason_string: 1, stack: 1 });

test.each([
  [
    [start],
    '1 event fits nowhere and stands where it was let through; gotwin replay says what is wrong with it',
  ],
  [
    [start, block, start],
    '2 events fit nowhere and stand where they were let through; gotwin replay says what is wrong with them',
  ],
] as const)(
  'events that ordering had to let through are told of once, with workers too',
  async (wrong, message) => {
    const bytes = writeWire(sample(26, sound, generation(26, 2, [...status(), block, ...wrong])));
    const path = file(`forced-${wrong.length}.trace`, bytes);
    for (const words of [['none'], ['text'], ['none', '--workers', '2'], ['json', '--workers', '2']]) {
      const { code, stderr } = await gotwin(['events', path, '--format', ...words]);
      expect({ words, code, stderr }).toEqual({ words, code: 4, stderr: `gotwin: ${message}\n` });
    }
    const { stdout } = await gotwin(['events', path, '--format', 'none', '--json']);
    expect(eventCountsSchema.parse(JSON.parse(stdout))).toMatchObject({
      forced: Number(message[0]),
      unplaced: 0,
    });
  },
  PATIENCE,
);

test.each([[['text']], [['none']], [['none', '--workers', '2']]])(
  'a trace that ends after its header holds no generation: %j',
  async (words) => {
    const path = file('header.trace', writeWire(sample(26)));
    const { code, stderr } = await gotwin(['events', path, '--format', ...words]);
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/^gotwin: the trace holds no generation: .*\n$/),
    ]);
  },
  PATIENCE,
);

test(
  'the counts of a damaged trace say in JSON what was lost',
  async () => {
    const whole = writeWire(sample(26, sound, generation(26, 2, status())));
    const counts = async (bytes: Uint8Array, code: number) => {
      const ended = await gotwin(['events', file('counts.trace', bytes), '--format', 'none', '--json']);
      expect(ended.code).toBe(code);
      return { ...eventCountsSchema.parse(JSON.parse(ended.stdout)), stderr: ended.stderr };
    };
    const sure = await counts(whole, 0);
    expect(sure).toMatchObject({ lost: { bytes: 0, events: 0, exact: true }, damages: [], stderr: '' });
    const cut = await counts(whole.subarray(0, whole.length - 40), 4);
    expect(cut).toMatchObject({ lost: { bytes: expect.any(Number), exact: false } });
    expect(cut.lost.bytes).toBeGreaterThan(0);
    expect(cut.damages).toHaveLength(1);
    expect(cut.stderr).toContain(`damaged: ${cut.damages[0]}; `);
    // What is lost for certain is told, and "at least 0" tells nothing.
    expect(cut.lost.events).toBe(0);
    expect(cut.stderr).toContain(`; ${cut.lost.bytes} bytes lost, `);
  },
  PATIENCE,
);

test.each(['replay', 'report'])(
  '%s of a pipe or of standard input is refused, with what to do instead',
  async (command) => {
    const pipe = join(folder, `${command}.fifo`);
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '-']) {
      const { code, stderr } = await gotwin([command, path, ...(command === 'report' ? ['-o', folder] : [])]);
      expect(code).toBe(2);
      expect(stderr).toContain(`${path === '-' ? 'standard input' : pipe}`);
      expect(stderr).toMatch(/cannot be replayed: .*\n {2}Write the trace to a file first/);
    }
  },
  PATIENCE,
);
