import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dropEvent, findEvents, type Generation, parseWire, writeWire } from '../decode/index.ts';
import { NEWEST, Recorder } from '../decode/testdata/record.ts';
import { openTrace } from '../open.ts';
import { Orderer } from '../order/index.ts';
import { mapGenerations } from './index.ts';
import { type Digest, digestOf, type Settings } from './testdata/digest.ts';

const recorder = new Recorder();
afterAll(() => recorder.remove());

/** As built: a worker reads JavaScript only. */
const TASK = new URL('../../dist/replay/parallel/testdata/digest.js', import.meta.url);
/** Enough for every worker to wait for the others and to begin again. */
const GENERATIONS = 6;

/** How long a round takes is the machine's business; so there are more until the trace is long enough. */
async function longTrace(go: string): Promise<string> {
  for (let rounds = 20; ; rounds *= 2) {
    const path = await recorder.record(go, rounds, 'traceadvanceperiod=5000000');
    if (parseWire(await readFile(path)).generations.length >= GENERATIONS) return path;
  }
}

interface Result {
  readonly values: (Digest | number)[];
  readonly damages: readonly string[];
}

async function mapped(path: string, workers: number, settings: Settings = {}): Promise<Result> {
  const mapping = mapGenerations<Digest | number, Settings>(path, TASK, { workers, settings });
  const values: (Digest | number)[] = [];
  for await (const value of mapping) values.push(value);
  return { values, damages: mapping.damages.map(({ message }) => message) };
}

/** Another thread does its share to the end: in this one the task could not die. */
async function othersTakePart(path: string, { values }: Result): Promise<void> {
  // With two workers every other generation is this thread's, from the first on.
  const last = values.length - 1;
  const dying = mapped(path, 2, { at: last % 2 === 1 ? last : last - 1, what: 'die' });
  await expect(dying).rejects.toThrow('a worker thread ended early');
}

/** The same by the reader and one orderer, with nothing of this folder but the digest. */
async function alone(path: string): Promise<Result> {
  const trace = await openTrace(path);
  const orderer = new Orderer();
  const values = await digests(trace, () => orderer);
  return { values, damages: trace.damages.map(({ message }) => message) };
}

/** The digests of a trace's generations, each ordered by what `orderer` gives for it. */
async function digests(trace: AsyncIterable<Generation>, orderer: () => Orderer): Promise<Digest[]> {
  const values: Digest[] = [];
  let events = 0;
  for await (const generation of trace) {
    const history = orderer().order(generation);
    values.push(digestOf(history, { events, generations: values.length }));
    events += history.count;
  }
  return values;
}

describe.each(['1.22.12', '1.25.4', NEWEST])('a trace of Go %s', (go) => {
  let path: string;
  beforeAll(async () => {
    path = await longTrace(go);
  });

  test('is the same to one worker and to several as to the reader', async () => {
    const expected = await alone(path);
    expect(expected.values.length).toBeGreaterThanOrEqual(GENERATIONS);
    expect(expected.damages).toEqual([]);
    for (const workers of [1, 2, 3])
      expect([workers, await mapped(path, workers)]).toEqual([workers, expected]);
    await othersTakePart(path, expected);
  });

  test('is ordered the same by an orderer for each generation, which goes on where the one before was', async () => {
    const expected = await alone(path);
    const values: Digest[] = [];
    let state = new Orderer().save();
    let events = 0;
    for await (const generation of await openTrace(path)) {
      const orderer = new Orderer();
      orderer.restore(state);
      const history = orderer.order(generation);
      state = orderer.save();
      values.push(digestOf(history, { events, generations: values.length }));
      events += history.count;
    }
    expect(values).toEqual(expected.values);
  });

  test('says less of a P than its next generation needs: a worker has it from the one before', async () => {
    const wire = parseWire(await readFile(path));
    for (const place of [...findEvents(wire, 'ProcStatus')].reverse()) {
      if (place.batch.generation > wire.generations[0]!.number) dropEvent(place);
    }
    const file = `${path}.untold`;
    await writeFile(file, writeWire(wire));
    const expected = await alone(file);
    expect(expected.damages).toEqual([]);
    // What follows shows nothing unless what one generation leaves matters to the next.
    const forgetful = await digests(await openTrace(file), () => new Orderer());
    expect(forgetful).not.toEqual(expected.values);
    for (const workers of [2, 3]) expect([workers, await mapped(file, workers)]).toEqual([workers, expected]);
    await othersTakePart(file, expected);
  });

  test('that is damaged gives what the reader gives, and its damage', async () => {
    const bytes = await readFile(path);
    const wire = parseWire(bytes);
    const without = { ...wire, generations: wire.generations.filter((_, n) => n !== 2) };
    const damaged = new Map([
      ['its first generation', await torn(bytes, 0)],
      ['a later one', await torn(bytes, 3)],
      ['its last bytes', bytes.subarray(0, bytes.length - 300)],
      ['a generation', writeWire(without)],
    ]);
    for (const [what, content] of damaged) {
      const file = `${path}.${what.replaceAll(' ', '-')}`;
      await writeFile(file, content);
      const expected = await alone(file);
      expect(expected.damages.length, what).toBeGreaterThan(0);
      for (const workers of [2, 3]) expect([what, await mapped(file, workers)]).toEqual([what, expected]);
    }
  });
});

/** Writes what is no event and no number into the longest batch of events of a generation. */
async function torn(bytes: Uint8Array, index: number): Promise<Uint8Array> {
  const copy = new Uint8Array(bytes);
  let n = 0;
  for await (const { batches } of await openTrace(bytes)) {
    if (n++ !== index) continue;
    const events = batches.filter(({ kind }) => kind === 'events').sort((a, b) => b.size - a.size);
    const { data, size } = events[0]!;
    // Longer than any number may be.
    copy.fill(0xff, data + size - 20, data + size - 5);
  }
  return copy;
}

describe('several workers', () => {
  let path: string;
  let expected: Result;
  beforeAll(async () => {
    path = await longTrace(NEWEST);
    expected = await alone(path);
  });

  test('are no more than there is work for', async () => {
    const workers = expected.values.length + 2;
    expect(await mapped(path, workers)).toEqual(expected);
  });

  test('give many values of a generation in order, however slowly they are taken', async () => {
    const { values } = await mapped(path, 2, { more: 50 });
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    expect(values).toEqual(expected.values.flatMap((value) => [value, ...numbers]));
  });

  test('throw what the task throws, after the values of the generations before', async () => {
    const settings: Settings = { at: 2, what: 'throw' };
    for (const workers of [1, 2, 3]) {
      const mapping = mapGenerations<Digest | number, Settings>(path, TASK, { workers, settings });
      const values: unknown[] = [];
      const taken = (async () => {
        for await (const value of mapping) values.push(value);
      })();
      await expect(taken).rejects.toThrow(new RangeError('the task of the test throws'));
      expect(values).toEqual(expected.values.slice(0, 2));
    }
  });

  test('fail with a clear error when one of them dies', async () => {
    await expect(mapped(path, 2, { at: 3, what: 'die' })).rejects.toThrow(
      'a worker thread ended early, with exit code 3',
    );
  });

  test('fail when the task cannot be loaded', async () => {
    const module = new URL('none.js', TASK);
    const mapping = mapGenerations(path, module, { workers: 2, settings: {} });
    await expect(mapping[Symbol.asyncIterator]().next()).rejects.toThrow('none.js');
  });

  test('end with the signal, and with whoever takes no more', async () => {
    const control = new AbortController();
    const mapping = mapGenerations<Digest, Settings>(path, TASK, {
      workers: 2,
      settings: {},
      signal: control.signal,
    });
    const reason = new Error('enough');
    const values: Digest[] = [];
    const taken = (async () => {
      for await (const value of mapping) {
        values.push(value);
        control.abort(reason);
      }
    })();
    await expect(taken).rejects.toBe(reason);
    expect(values).toEqual(expected.values.slice(0, 1));
    for await (const value of mapGenerations<Digest, Settings>(path, TASK, { workers: 2, settings: {} })) {
      expect(value).toEqual(expected.values[0]);
      break;
    }
  });

  test.each([
    ['no trace', 'not-a-trace'],
    ['', 'empty'],
  ])('refuse %j as the reader does', async (content, code) => {
    const file = `${path}.${code}`;
    await writeFile(file, content);
    await expect(mapped(file, 2)).rejects.toMatchObject({ name: 'FormatError', code });
  });

  test('say what the file system says', async () => {
    await expect(mapped(`${path}.none`, 2)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
