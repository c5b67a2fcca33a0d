import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { eventCountsSchema } from '../cli/result-document.ts';
import { gotwin, Spawned, stackLines } from '../cli/spawned.ts';
import { assetPath } from '../go-fixtures/index.ts';
import { writeWire } from '../replay/decode/index.ts';
import { event, generation, sample, status } from '../replay/decode/testdata/sample.ts';
import { eventViewSchema } from '../replay/result.ts';
import { EventCursor, frameText, Orderer, openTrace } from '../replay/trace/index.ts';

/** A process takes its time to start where others want the machine too. */
const PATIENCE = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'gotwin-events-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const blocked = [...status(), event('GoBlock', { reason_string: 1, stack: 1 })];

/** Written by Go 1.26.8. */
const real = assetPath('tests/testdata/busy.trace');
const realBytes = new Uint8Array(readFileSync(real));

async function linesOf(args: readonly string[], code = 0): Promise<string[]> {
  const ended = await gotwin(['events', ...args]);
  expect(ended.code).toBe(code);
  return ended.stdout.split('\n').slice(0, -1);
}

function fifo(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

/** A call that reads a pipe as its file, or as its standard input. */
const READERS = [
  ['a pipe', (path: string) => new Spawned(['events', path])],
  ['-', (path: string) => new Spawned(['events', '-'], { under: ['sh', '-c', 'exec "$@" <"$0"', path] })],
] as const;

describe.each(READERS)('events of %s', (name, read) => {
  test(
    'come while the rest of the trace is not yet written',
    async () => {
      const one = generation(25, 1, status());
      const bytes = writeWire(sample(25, one, generation(25, 2, status()), generation(25, 3, status())));
      // The header and the first two of three generations of one length.
      const cut = 16 + (2 * (bytes.length - 16)) / 3;
      const path = fifo(`${name.length}`);
      const call = read(path);
      const writer: FileHandle = await open(path, 'w');
      await writer.write(bytes.subarray(0, cut));
      await call.prints('ProcStatus');
      await writer.write(bytes.subarray(cut));
      await writer.close();
      const { code, stdout, stderr } = await call.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.match(/ProcStatus/g)).toHaveLength(3);
    },
    PATIENCE,
  );

  test(
    'that do not come are not waited for after Ctrl-C',
    async () => {
      const path = fifo(`${name.length}-silent`);
      const call = read(path);
      const writer: FileHandle = await open(path, 'w');
      await writer.write(writeWire(sample(25, generation(25, 1, status()), generation(25, 2, status()))));
      await call.prints('ProcStatus');
      call.interrupt();
      const ended = await call.ended;
      await writer.close();
      expect(stackLines(ended)).toEqual([]);
      expect(ended.stderr).toContain('interrupted by SIGINT');
      expect(ended.code).toBe(130);
    },
    PATIENCE,
  );
});

test.each(['text', 'json', 'wire'])(
  '`| head` ends the %s listing quietly',
  (format) => {
    const script = `"$0" "$1" events --format ${format} "$2" | head -n 2; echo "exit code \${PIPESTATUS[0]}"`;
    const words = ['-c', script, process.execPath, assetPath('dist/bin/main.js'), real];
    const { stdout, stderr } = spawnSync('bash', words, { encoding: 'utf8' });
    const [first, second, ...rest] = stdout.split('\n');
    expect([first, second]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
    expect({ rest, stderr }).toEqual({ rest: ['exit code 0', ''], stderr: '' });
  },
  PATIENCE,
);

test(
  'a line says what the library says of the event, in text and in JSON',
  async () => {
    const texts = await linesOf([real]);
    const objects = await linesOf([real, '--format', 'json']);
    const cursor = new EventCursor();
    const orderer = new Orderer();
    let at = 0;
    for await (const one of await openTrace(realBytes)) {
      cursor.over(orderer.order(one));
      for (; cursor.next(); at++) {
        const { name, writtenTime: time, p, g, offset } = cursor;
        const stack = cursor.stack().map(frameText);
        const view = eventViewSchema.parse(JSON.parse(objects[at] ?? ''));
        expect(view).toEqual({
          ...{ index: at, generation: one.number, time, p, g, m: one.m(cursor.row), name, offset },
          ...{ args: cursor.argsText(), stack },
        });
        const top = stack[0] === undefined ? '' : `  (${stack[0]})`;
        expect(texts[at]).toMatch(new RegExp(`^ *${(time / 1e9).toFixed(9).replace('.', '\\.')}  M`));
        expect(texts[at]?.endsWith(`  ${`${name} ${cursor.argsText()}`.trimEnd()}${top}`)).toBe(true);
      }
    }
    expect([texts.length, objects.length]).toEqual([at, at]);
    expect(at).toBeGreaterThan(1000);
  },
  PATIENCE,
);

test(
  'a stack is that of its own generation, though another had the same number',
  async () => {
    const two = sample(26, generation(26, 1, blocked), generation(26, 2, blocked));
    const stacks = two.generations[1]?.batches.flatMap(({ events }) => events) ?? [];
    for (const { name, frames } of stacks) if (name === 'Stack' && frames?.[0]) frames[0].line = 8;
    const file = join(folder, 'stacks.trace');
    writeFileSync(file, writeWire(two));
    const lines = (await linesOf([file])).filter((line) => line.includes('GoBlock'));
    expect(lines).toEqual([/f\.go:7\)$/, /f\.go:8\)$/].map((end) => expect.stringMatching(end)));
  },
  PATIENCE,
);

describe('--format none', () => {
  const cut = join(folder, 'cut.trace');
  const two = writeWire(sample(26, generation(26, 1, status()), generation(26, 2, status())));
  writeFileSync(cut, two.subarray(0, two.length - 40));

  test.each([
    [[real], 0],
    [[real, '--goroutine', '1'], 0],
    [[real, '--from', '100us', '--to', '5ms', '--limit', '100'], 0],
    [[cut], 4],
  ] as const)(
    'counts what is listed: %j',
    async (args, code) => {
      const names = (await linesOf([...args, '--format', 'json'], code)).map(
        (line) => eventViewSchema.parse(JSON.parse(line)).name,
      );
      const kinds: Record<string, number> = {};
      for (const name of names) kinds[name] = (kinds[name] ?? 0) + 1;
      const [text] = await Promise.all([linesOf([...args, '--json'], code)]);
      const counts = eventCountsSchema.parse(JSON.parse(text.join('\n')));
      expect(counts).toMatchObject({ file: args[0], events: names.length, kinds });
      expect(Object.keys(counts.kinds).sort()).toEqual(Object.keys(kinds).sort());
      expect(names.length).toBeGreaterThan(0);
    },
    PATIENCE,
  );

  test(
    'ends with how many events in how many generations',
    async () => {
      const lines = await linesOf([real, '--format', 'none']);
      const all = await linesOf([real]);
      expect(lines.at(-1)).toBe(`${all.length.toLocaleString('en-US')} events in 1 generation`);
    },
    PATIENCE,
  );
});

test(
  'the trace of a recording of nothing is refused in a line',
  async () => {
    const ended = await gotwin(['events', folder]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('folder');
  },
  PATIENCE,
);
