import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  EVENT_SPECS,
  FormatError,
  openTrace,
  parseWire,
  type TraceSource,
  wireLines,
  writeWire,
} from './index.ts';
import { goroot, goToolTrace, NEWEST, RELEASES, Recorder, seeded } from './testdata/record.ts';

const recorder = new Recorder();
afterAll(() => recorder.remove());

async function wire(source: TraceSource): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of wireLines(source)) pieces.push(piece);
  return pieces.join('');
}

/** 1.22's own table calls a sample's m, p, g by the wrong names, in the right order. */
function renamed(text: string): string {
  return text.replace(/^(CPUSample time=\d+) p=(\d+) g=(\d+) m=/gm, '$1 m=$2 p=$3 g=');
}

/** At the first line that differs: a diff of two texts of megabytes helps nobody. */
function firstDifference(ours: string, theirs: string): string {
  if (ours === theirs) return '';
  const [a, b] = [ours.split('\n'), theirs.split('\n')];
  const line = a.findIndex((text, i) => text !== b[i]);
  return `line ${line + 1}: ours "${a[line]}", Go's "${b[line]}"`;
}

describe.each(RELEASES)('a trace of Go $go', ({ go, version, wireFlag }) => {
  test('prints the same wire text as Go’s own tool, reads whole, and comes back byte by byte', async () => {
    const path = await recorder.record(go, 10, 'traceadvanceperiod=20000000');
    const bytes = await readFile(path);
    const ours = await wire(bytes);
    expect(firstDifference(ours, renamed(await goToolTrace(go, wireFlag, path)))).toBe('');
    expect(firstDifference(ours, await goToolTrace(NEWEST, '-d=wire', path))).toBe('');
    expect(Buffer.compare(writeWire(parseWire(bytes)), bytes)).toBe(0);
    const reader = await openTrace(bytes);
    expect(reader.version).toBe(version);
    let count = 0;
    for await (const generation of reader.generations()) count += generation.count;
    expect(reader.damages).toEqual([]);
    const structural =
      /^(EventBatch|Stacks|Stack|Strings|String|CPUSamples|Frequency|Sync|ClockSnapshot|EndOf)/;
    const events = ours
      .split('\n')
      .filter((line) => line !== '' && line[0] !== '\t' && !structural.test(line));
    expect(count).toBe(events.length);
  });

  test('with allocations traced reads the experimental events and batches', async () => {
    const path = await recorder.record(go, 2, 'traceallocfree=1');
    const bytes = await readFile(path);
    const ours = await wire(bytes);
    expect(firstDifference(ours, renamed(await goToolTrace(go, wireFlag, path)))).toBe('');
    const reader = await openTrace(bytes);
    let experimental = 0;
    for await (const generation of reader.generations()) experimental += generation.experimental.length;
    expect(reader.damages).toEqual([]);
    expect(experimental > 0).toBe(version >= 23);
  });

  test('has the events and arguments that its source lists', async () => {
    const root = await goroot(go);
    const folder =
      version === 22
        ? 'v2/event/go122/event.go'
        : version === 23
          ? 'event/go122/event.go'
          : 'tracev2/events.go';
    const source = await readFile(join(root, 'src/internal/trace', folder), 'utf8');
    const rows = source.matchAll(
      /\n\tEv(\w+): (?:event\.Spec)?\{\n\t\tName: +"(\w+)",(?:\n\t\tArgs: +\[\]string\{([^}]*)\})?/g,
    );
    const theirs = [...rows].map(([, , name, args]) => `${name} ${(args ?? '').replace(/[",]/g, '')}`.trim());
    const ours = EVENT_SPECS.filter(
      ({ since, name }) => since <= version || (version === 25 && name === 'EndOfGeneration'),
    );
    const known = ours.map(({ name, args }) => `${name} ${args.join(' ')}`.trim());
    const fixed = theirs.map((row) => row.replace('CPUSample time p g m', 'CPUSample time m p g'));
    expect(fixed.sort()).toEqual(known.sort());
  });
});

describe('a damaged trace of real Go', () => {
  const budget = 200;

  /** Reads it all; anything but damage and the header's errors is a failure. */
  async function survive(bytes: Uint8Array): Promise<string> {
    try {
      const reader = await openTrace(bytes);
      for await (const generation of reader.generations()) {
        expect(generation.columns.time.subarray(0, generation.count).every(Number.isFinite)).toBe(true);
      }
      return reader.damage?.code ?? 'sound';
    } catch (error) {
      if (error instanceof FormatError) return error.code;
      throw error;
    }
  }

  test.each([RELEASES[0], RELEASES[4]])(
    `of Go $go: ${budget} corruptions and cuts each decode or say why not`,
    async ({ go }) => {
      const bytes = await readFile(await recorder.record(go, 2, 'traceadvanceperiod=3000000'));
      const outcomes = new Map<string, number>();
      for (let seed = 1; seed <= budget; seed++) {
        const random = seeded(seed);
        const copy = new Uint8Array(bytes);
        const at = 16 + Math.floor(random() * (copy.length - 16));
        const cut = seed % 4 === 0;
        if (!cut) for (let i = 0; i < seed % 5; i++) copy[at + i] = Math.floor(random() * 256);
        const outcome = await survive(cut ? copy.subarray(0, at) : copy).catch((error: unknown) => {
          throw new Error(`seed ${seed}`, { cause: error });
        });
        if (cut) expect([seed, outcome]).not.toEqual([seed, 'sound']);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      // A cut is never sound, and most of a trace's bytes may be others: which codes come up is chance.
      expect([...outcomes.keys()].filter((outcome) => outcome !== 'sound')).not.toEqual([]);
    },
  );
});
