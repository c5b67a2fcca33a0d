import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextColumns } from './columns.ts';
import type { Line } from './lines.ts';
import { MAX_LINE, readLines } from './read.ts';
import { minorOf } from './release.ts';
import { bytesOf, PARTS, RUNS, sample } from './testdata/samples.ts';

async function linesOf(text: string | Uint8Array, go = 'go1.26.8', chunk?: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(bytesOf(text, chunk), minorOf(go))) lines.push(line);
  return lines;
}

describe("the runtime's text, line by line", () => {
  it.each([...RUNS, ...PARTS])('reads every line of $file', async ({ file, go }) => {
    const unread = (await linesOf(sample(file), go)).filter((line) => line.kind === 'unread');
    expect(unread.map((line) => line.text)).toEqual([]);
  });

  it.each(RUNS)('gives $file back byte for byte from its columns', async ({ file, go }) => {
    const columns = new TextColumns(minorOf(go));
    for (const line of await linesOf(sample(file), go)) columns.add(line);
    const lines = Array.from({ length: columns.count }, (_, i) => columns.text(i));
    expect(`${lines.join('\n')}\n`).toBe(sample(file));
    expect(columns.kind(0)).toMatch(/^sched/);
    expect(columns.offset(1)).toBe((lines[0] as string).length + 1);
  });

  it('reads the same whatever the chunks', async () => {
    const text = sample('go1.26-interleaved.txt');
    const whole = await linesOf(text);
    for (const chunk of [1, 2, 7, 64]) expect(await linesOf(text, 'go1.26.8', chunk)).toEqual(whole);
  });

  it('puts a line together again that a gctrace line was printed into', async () => {
    const lines = await linesOf(sample('go1.26-interleaved.txt'));
    const mended = lines.filter((line) => line.mended);
    expect(mended.map((line) => line.text)).toEqual([
      '  G1: status=4(sync.WaitGroup.Wait) m=nil lockedm=nil',
    ]);
    const before = lines[lines.indexOf(mended[0] as Line) - 1] as Line;
    expect(before).toMatchObject({ kind: 'gc', values: { n: 29, forced: true } });
    expect(before.offset).toBe(
      (mended[0] as Line).offset + '  G1: status=4(sync.WaitGroup.Wait) m=nil lockedm='.length,
    );
  });

  it('keeps what a program wrote into a line as unread, and reads on', async () => {
    const torn = '  P0: status=1 schedtick=4hello\n2 syscalltick=0 m=0 runqsize=0 gfreecnt=0 timerslen=0\n';
    const lines = await linesOf(`${torn}  G1: status=2() m=0 lockedm=0\n`);
    expect(lines.map((line) => line.kind)).toEqual(['unread', 'unread', 'G']);
  });

  it('does not join a line of the program to what comes after a gctrace line', async () => {
    const gc =
      'gc 1 @0.005s 8%: 0.17+0.40+0.17 ms clock, 0.35+0.094/0.22/0+0.34 ms cpu, 1->1->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P';
    const lines = await linesOf(`program ${gc}\n  G1: status=2() m=0 lockedm=0\n`);
    expect(lines.map((line) => line.kind)).toEqual(['gc', 'unread', 'G']);
  });

  it('does not trust the figures of a last line without an end', async () => {
    const lines = await linesOf(
      '  P0: status=1 schedtick=4 syscalltick=0 m=0 runqsize=0 gfreecnt=0 timerslen=1',
    );
    expect(lines.map((line) => line.kind)).toEqual(['cut']);
  });

  it("refuses one release's form in the text of another", async () => {
    const [header] = sample('go1.26-plain.txt').split('\n') as [string];
    expect((await linesOf(`${header}\n`, 'go1.26.8'))[0]?.kind).toBe('sched');
    expect((await linesOf(`${header}\n`, 'go1.24.9'))[0]?.kind).toBe('unread');
  });

  it('bounds what it keeps of a line, and finds the next one', async () => {
    const lines = await linesOf(
      `SCHED ${'9'.repeat(5 * MAX_LINE)}\n  G1: status=2() m=0 lockedm=0\n`,
      'go1.26.8',
      999,
    );
    expect(lines.map((line) => [line.kind, line.text.length <= MAX_LINE])).toEqual([
      ['unread', true],
      ['G', true],
    ]);
    expect(lines[1]?.offset).toBe(5 * MAX_LINE + 7);
  });

  it('takes any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        async (bytes, chunk) => {
          const lines = await linesOf(bytes, 'go1.26.8', chunk);
          const newlines = bytes.filter((byte) => byte === 10).length;
          expect(lines.length).toBe(newlines + (bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? 1 : 0));
        },
      ),
      { numRuns: 200 },
    );
  });
});
