/** Corruptions of a trace: a seed and a trace determine each. */
import { seeded } from '../../replay/decode/testdata/record.ts';
import { type Batch, type Intact, STACK, STRING } from './intact.ts';

/** A run of the corrupted file that stands in the sound one too, byte by byte. */
export interface Piece {
  /** Offset in the corrupted file. */
  readonly at: number;
  /** Offset in the sound one. */
  readonly from: number;
  readonly size: number;
}

export interface Corrupted {
  readonly bytes: Uint8Array;
  readonly pieces: readonly Piece[];
  /** What was done, for a person. */
  readonly what: string;
  /** The file ends early and is sound until there. */
  readonly cut: boolean;
}

type Random = () => number;
type Mutation = (trace: Intact, random: Random) => Draft;

/** Runs of the sound file and new bytes, in the order of the corrupted one. */
type Run = { readonly from: number; readonly to: number } | { readonly bytes: Uint8Array };

interface Draft {
  readonly runs: readonly Run[];
  readonly what: string;
  readonly cut?: boolean;
}

const HEADER = 16;
/** What disks lose at once. */
const SECTORS = [512, 4096];

export function corrupt(trace: Intact, seed: number): Corrupted {
  const random = seeded(seed);
  const mutation = MUTATIONS[seed % MUTATIONS.length]!;
  const { runs, what, cut = false } = mutation(trace, random);
  const pieces: Piece[] = [];
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const run of runs) {
    const part = 'bytes' in run ? run.bytes : trace.bytes.subarray(run.from, run.to);
    if (part.length === 0) continue;
    if (!('bytes' in run)) pieces.push({ at, from: run.from, size: part.length });
    parts.push(part);
    at += part.length;
  }
  const bytes = new Uint8Array(at);
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return { bytes, pieces: joined(pieces), what, cut };
}

/** Pieces that follow each other in both files are one: nothing between them was touched. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    const goesOn =
      last !== undefined && last.at + last.size === piece.at && last.from + last.size === piece.from;
    if (goesOn) all[all.length - 1] = { ...last, size: last.size + piece.size };
    else all.push(piece);
  }
  return all;
}

/** The piece that a byte of the corrupted file belongs to; undefined for a new byte. */
export function pieceAt({ pieces }: Corrupted, at: number): Piece | undefined {
  return pieces.find((piece) => piece.at <= at && at < piece.at + piece.size);
}

/** Whether `[from, to)` of the sound file stands in the corrupted one in one piece. */
export function survived({ pieces }: Corrupted, from: number, to: number): boolean {
  return pieces.some((piece) => piece.from <= from && to <= piece.from + piece.size);
}

/** Whether it stands there at the same offset, too. */
export function stands({ pieces }: Corrupted, from: number, to: number): boolean {
  return pieces.some(({ at, from: start, size }) => at === start && start <= from && to <= start + size);
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[below(random, from.length)]!;
}

/** A place behind the file's header. */
function place(trace: Intact, random: Random): number {
  return HEADER + below(random, trace.bytes.length - HEADER);
}

function replaced(trace: Intact, at: number, bytes: Uint8Array, end = at + bytes.length): Run[] {
  return [{ from: 0, to: at }, { bytes }, { from: end, to: trace.bytes.length }];
}

function bitFlips(trace: Intact, random: Random): Draft {
  const places = Array.from({ length: 1 + below(random, 6) }, () => place(trace, random)).sort(
    (a, b) => a - b,
  );
  const runs: Run[] = [];
  let from = 0;
  for (const at of new Set(places)) {
    runs.push({ from, to: at }, { bytes: Uint8Array.of(trace.bytes[at]! ^ (1 << below(random, 8))) });
    from = at + 1;
  }
  return { runs: [...runs, { from, to: trace.bytes.length }], what: `bits flipped at ${places.join(', ')}` };
}

/** One bit only, in a header: where it hurts most. */
function headerFlip(trace: Intact, random: Random): Draft {
  const { offset, data } = pick(random, trace.batches);
  const at = offset + below(random, data - offset);
  const runs = replaced(trace, at, Uint8Array.of(trace.bytes[at]! ^ (1 << below(random, 8))));
  return { runs, what: `a bit of a batch’s header flipped at ${at}` };
}

function byteRun(trace: Intact, random: Random): Draft {
  const at = place(trace, random);
  const size = Math.min(1 + below(random, 1 << below(random, 13)), trace.bytes.length - at);
  const fill = pick(random, [0, 0xff, -1, -1]);
  const bytes = Uint8Array.from({ length: size }, () => (fill < 0 ? below(random, 256) : fill));
  return { runs: replaced(trace, at, bytes), what: `${size} bytes overwritten at ${at}` };
}

/** A sector that holds what belongs elsewhere. */
function strayed(trace: Intact, random: Random): Draft {
  const sector = pick(random, SECTORS);
  const count = Math.floor(trace.bytes.length / sector);
  const [to, from] = [below(random, count) * sector, below(random, count) * sector];
  const bytes = trace.bytes.slice(from, from + sector);
  if (to === 0) bytes.set(trace.bytes.subarray(0, HEADER));
  return { runs: replaced(trace, to, bytes), what: `${sector} bytes at ${to} are those of ${from}` };
}

function cut(trace: Intact, random: Random): Draft {
  const at = place(trace, random);
  return { runs: [{ from: 0, to: at }], what: `cut at ${at}`, cut: true };
}

/** Where a program that is killed leaves off: each batch is one write. */
function cutBetween(trace: Intact, random: Random): Draft {
  const at = pick(random, trace.batches).offset;
  return { runs: [{ from: 0, to: at }], what: `cut before the batch at ${at}`, cut: true };
}

/** A file whose length was set before what it holds was written. */
function emptyTail(trace: Intact, random: Random): Draft {
  const at = place(trace, random);
  const bytes = new Uint8Array(trace.bytes.length - at);
  return { runs: replaced(trace, at, bytes), what: `nothing but zeros from ${at}` };
}

function takenOut(trace: Intact, random: Random): Draft {
  const at = place(trace, random);
  const end = Math.min(at + 1 + below(random, 1 << below(random, 14)), trace.bytes.length);
  return { runs: replaced(trace, at, new Uint8Array(), end), what: `${end - at} bytes taken out at ${at}` };
}

function putIn(trace: Intact, random: Random): Draft {
  const at = place(trace, random);
  const bytes = Uint8Array.from({ length: 1 + below(random, 3000) }, () => below(random, 256));
  return { runs: replaced(trace, at, bytes, at), what: `${bytes.length} bytes put in at ${at}` };
}

function swapped(trace: Intact, random: Random): Draft {
  const [a, b] = [pick(random, trace.batches), pick(random, trace.batches)].sort(
    (x, y) => x.offset - y.offset,
  ) as [Batch, Batch];
  if (a === b) return takenOut(trace, random);
  const runs = [
    { from: 0, to: a.offset },
    { from: b.offset, to: b.end },
    { from: a.end, to: b.offset },
    { from: a.offset, to: a.end },
    { from: b.end, to: trace.bytes.length },
  ];
  return { runs, what: `the batches at ${a.offset} and ${b.offset} changed places` };
}

function doubled(trace: Intact, random: Random): Draft {
  const { offset, end } = pick(random, trace.batches);
  const at = random() < 0.5 ? end : pick(random, trace.batches).offset;
  const runs = [
    { from: 0, to: at },
    { bytes: trace.bytes.slice(offset, end) },
    { from: at, to: trace.bytes.length },
  ];
  return { runs, what: `the batch at ${offset} once more at ${at}` };
}

function dropped(trace: Intact, random: Random): Draft {
  const { offset, end } = pick(random, trace.batches);
  return { runs: replaced(trace, offset, new Uint8Array(), end), what: `the batch at ${offset} left out` };
}

/** Another size in a batch's header, in the ten bytes that Go writes. */
function otherSize(trace: Intact, random: Random): Draft {
  const { offset, data, end } = pick(random, trace.batches);
  const size = pick(random, [
    end - data + 1 + below(random, 100),
    below(random, end - data),
    65536,
    2 ** 31,
    2 ** 52,
  ]);
  const bytes = new Uint8Array(10).fill(0x80);
  for (let i = 0, rest = size; i < 10; i++, rest = Math.floor(rest / 128))
    bytes[i] = (i < 9 ? 128 : 0) | (rest % 128);
  return {
    runs: replaced(trace, data - 10, bytes),
    what: `the batch at ${offset} says that it has ${size} bytes`,
  };
}

/** A string that says it is longer, a stack that says it is deeper. */
function raised(trace: Intact, random: Random): Draft {
  const tables = trace.batches.filter(({ kind }) => kind === 'strings' || kind === 'stacks');
  if (tables.length === 0) return headerFlip(trace, random);
  const batch = pick(random, tables);
  const type = batch.kind === 'strings' ? STRING : STACK;
  const entries: number[] = [];
  for (let at = batch.data + 1; at < batch.end; at++) if (trace.bytes[at] === type) entries.push(at);
  if (entries.length === 0) return headerFlip(trace, random);
  // Some of these bytes only look like an entry: then another byte is changed, which is as good.
  let at = pick(random, entries) + 1;
  while (at < batch.end - 3 && trace.bytes[at]! > 127) at++;
  const bytes = pick(random, [[0x7f], [0xff], [0xff, 0x7f], [0xff, 0xff, 0x03]]);
  const fits = Uint8Array.from(bytes).subarray(0, trace.bytes.length - at - 1);
  return { runs: replaced(trace, at + 1, fits), what: `a length raised at ${at + 1}` };
}

const MUTATIONS: readonly Mutation[] = [
  bitFlips,
  cut,
  byteRun,
  headerFlip,
  otherSize,
  strayed,
  swapped,
  cutBetween,
  raised,
  doubled,
  takenOut,
  bitFlips,
  dropped,
  putIn,
  byteRun,
  emptyTail,
];
