import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EVENT_SPECS, openTrace, parseWire, type TraceSource, wireLines, writeWire } from './index.ts';
import { goroot, goToolTrace, NEWEST, RELEASES, Recorder } from './testdata/record.ts';

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
