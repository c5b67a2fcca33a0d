import { expect, test } from 'vitest';
import { assemble, goUnquote, openTrace, wireLines } from './index.ts';
import { goQuote } from './quote.ts';

const TEXT = `Trace Go1.26
EventBatch gen=1 m=18446744073709551615 time=5 size=16
Sync
Frequency freq=1000000000
ClockSnapshot dt=1 mono=99 sec=1740755049 nsec=123
EventBatch gen=1 m=7 time=11 size=12
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=1 m=7 gstatus=2
GoDestroy dt=300
EventBatch gen=1 m=18446744073709551615 time=12 size=11
Stacks
Stack id=1 nframes=1
\tpc=4198400 func=1 file=2 line=7
EventBatch gen=1 m=18446744073709551615 time=12 size=20
Strings
String id=1
\tdata="main.main"
String id=2
\tdata="a\\x00\\"b"
ExperimentalBatch exp=1 gen=1 m=7 time=9
\tdata="\\x01é"
EndOfGeneration
`;

async function wire(bytes: Uint8Array): Promise<string> {
  let text = 'Trace Go1.26\n';
  for await (const piece of wireLines(bytes)) text += piece;
  return text;
}

test('text becomes the bytes that print as that text', async () => {
  const bytes = assemble(TEXT);
  expect(await wire(bytes)).toBe(TEXT);
  const reader = await openTrace(bytes);
  const names: (string | undefined)[] = [];
  for await (const generation of reader.generations()) {
    expect(generation.count).toBe(3);
    names.push(generation.stack(1)[0]?.func, generation.string(2));
  }
  expect(reader.damages).toEqual([]);
  expect(names).toEqual(['main.main', 'a\0"b']);
});

test('comments and empty lines say nothing', () => {
  const commented = TEXT.replace('Sync\n', '# a comment\n\n  Sync # another\n');
  expect(assemble(commented)).toEqual(assemble(TEXT));
});

test.each([
  ['Trace Go1.21', 'line 1: expected "Trace Go1.N"'],
  ['Trace Go1.22\nSync', 'line 2: no event Sync'],
  ['Trace Go1.22\n\nGoStart dt=1 g=2', 'line 3: GoStart has the arguments dt, g, g_seq'],
  ['Trace Go1.22\nGoDestroy', 'line 2: GoDestroy has the arguments dt'],
  ['Trace Go1.22\nGoDestroy dt=18446744073709551616', 'line 2: a number is longer than 64 bits'],
  ['Trace Go1.22\nStack id=1 nframes=1', 'line 2: a stack lacks frames'],
  ['Trace Go1.22\nString id=1\n\tdata="\\q"', 'line 3: data is no string literal'],
])('%j is refused', (text, why) => {
  expect(() => assemble(text)).toThrow(why);
});

test('unquotes what strconv.Quote quotes, and octal', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(goUnquote(goQuote(bytes))).toEqual(bytes);
  expect(goUnquote('"\\101\\u00e9\\U0001f600"')).toEqual(new TextEncoder().encode('Aé😀'));
  for (const wrong of ['', '"', 'a', '"\\"', '"\\ud800"', '"\\U00110000"', '"\\x4"', '"\\777"', '"a"b"']) {
    expect(goUnquote(wrong), wrong).toBeUndefined();
  }
});
