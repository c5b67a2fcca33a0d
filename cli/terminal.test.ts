import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bytes, columns, count } from './columns.ts';
import { paintFor, printable, widthOf } from './paint.ts';
import { runSteps, type Step } from './progress.ts';
import { Sink, terminalFor } from './terminal.ts';

/** A stream that keeps what it gets and takes `room` bytes at a time. */
function stream(room = 1 << 20, properties: object = {}) {
  const taken: string[] = [];
  const release: (() => void)[] = [];
  const writable = new Writable({
    highWaterMark: room,
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      if (room < 1000) release.push(done);
      else done();
    },
  });
  return { sink: new Sink(Object.assign(writable, properties) as never), writable, taken, release };
}

describe('a sink', () => {
  test('lets a writer wait until the reader has caught up', async () => {
    const { sink, release } = stream(10);
    let written = false;
    const writing = sink.write('more than ten bytes').then(() => {
      written = true;
    });
    await sleep(20);
    expect(written).toBe(false);
    release.shift()?.();
    await writing;
    expect(written).toBe(true);
  });

  test('is closed, and no failure, when the reader has left', async () => {
    const { sink, writable } = stream(10);
    const writing = sink.write('more than ten bytes');
    writable.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await writing;
    await sleep(5);
    expect([sink.closed, sink.failure]).toEqual([true, undefined]);
    await sink.write('into the void');
    await sink.flush();
  });

  test('remembers what it failed with', async () => {
    const { sink, writable } = stream();
    writable.destroy(Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }));
    await sleep(5);
    expect([sink.closed, sink.failure?.code]).toEqual([true, 'ENOSPC']);
  });
});

describe('colours', () => {
  test.each([
    ['on a terminal', true, true, {}, true],
    ['in a pipe', false, true, {}, false],
    ['with --no-color', true, false, {}, false],
    ['with NO_COLOR', true, true, { NO_COLOR: '1' }, false],
    ['with an empty NO_COLOR', true, true, { NO_COLOR: '' }, true],
    ['on a dumb terminal', true, true, { TERM: 'dumb' }, false],
  ])('%s', (_, terminal, asked, env, coloured) => {
    expect(paintFor(terminal, asked, env).bad('x') !== 'x').toBe(coloured);
  });

  test('do not shift columns', () => {
    const { bad } = paintFor(true, true, {});
    expect(
      columns(
        [
          [bad('diverges'), '1'],
          ['ok', '1,000'],
        ],
        [1],
      ).map(widthOf),
    ).toEqual([15, 15]);
  });
});

test('numbers read the same everywhere', () => {
  expect([count(1234567), bytes(812), bytes(1_400_000), bytes(999_999)]).toEqual([
    '1,234,567',
    '812 B',
    '1.4 MB',
    '1000.0 kB',
  ]);
});

test('text from a recording cannot move the cursor', () => {
  expect(printable('a\x1b[2Jb\x07c\rd\te')).toBe('ab?c?d\te');
  expect(printable('netguy\nh1.gotwin: conforms\u202e')).toBe('netguy⏎h1.gotwin: conforms?');
});

describe('progress', () => {
  const steps: Step[] = [
    {
      title: 'first',
      work: async (note) => {
        note('building');
        note('building');
        note('running');
        return 'done';
      },
    },
    { title: 'second', work: async () => 'done too' },
  ];

  test('is a plain line for each change where nothing can move', async () => {
    for (const properties of [{}, { isTTY: true, columns: 0 }]) {
      const { sink, taken } = stream(1 << 20, properties);
      await runSteps(steps, terminalFor(sink, sink, true, {}), false);
      expect(taken.join('')).toBe('first: building\nfirst: running\nfirst: done\nsecond: done too\n');
    }
  });

  test('is silent with --quiet', async () => {
    const { sink, taken } = stream();
    await runSteps(steps, terminalFor(sink, sink, true, {}), true);
    expect(taken).toEqual([]);
  });

  test('moves on a terminal that has a size', async () => {
    const { sink, taken } = stream(1 << 20, { isTTY: true, columns: 80, rows: 24 });
    await runSteps(steps, terminalFor(sink, sink, false, { NO_COLOR: '1' }), false);
    expect(taken.join('')).toContain('second: done too');
  });

  test('ends with the first step that fails', async () => {
    const failing: Step = { title: 'x', work: () => Promise.reject(new Error('no')) };
    for (const columns of [0, 80]) {
      const { sink } = stream(1 << 20, { isTTY: true, columns });
      await expect(runSteps([failing, ...steps], terminalFor(sink, sink, false, {}), false)).rejects.toThrow(
        'no',
      );
    }
  });
});
