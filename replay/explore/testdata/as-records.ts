/** A story as the probes would have recorded it, so that the judge of the probe layer can say what it thinks of it. */
import { pair, source, type Written } from '../../probe/small-records.ts';
import { fileOf } from '../../probe/small-records.ts';
import { judgeProbe } from '../../probe/replay.ts';
import type { Release } from '../../model/index.ts';
import type { Thing } from '../layout.ts';
import type { Told } from '../rules.ts';
import type { Story } from '../story.ts';
import type { World } from '../world.ts';

/** Bytes of every stack. */
const STACK_BYTES = 8192;
const CODE = 0x50_0000;

/** The records that the probes would have written, and the functions that they name. */
export function recordsOf(world: World, { steps }: Pick<Story, 'steps'>): { written: Written[]; functions: Uint8Array } {
  const names: string[] = [];
  const written = steps.flatMap(({ told }) => told.map((each) => asRecord(world, each, names)));
  const functions = names.map((name, index) => `${(CODE + index * 0x100).toString(16)} runtime.${name}\n`).join('');
  return { written, functions: new TextEncoder().encode(functions) };
}

/** What the judge of the probe layer finds in a story: the rules that it breaks. */
export async function rulesBrokenBy(world: World, story: Story, release: Release = 'go1.26'): Promise<string[]> {
  const { written, functions } = recordsOf(world, story);
  // A ring: what was before its first record is not known, as the first state of a world is not.
  const { divergences } = await judgeProbe({
    records: source(fileOf(written, { mode: 'ring' })),
    functions: source(functions),
    release,
    hungMs: undefined,
  });
  return divergences.map(({ rule }) => rule);
}

function asRecord(world: World, { kind, m, g, a, b, by, stack }: Told, names: string[]): Written {
  const shared = { kind, m: m.id + 1, ...(g === undefined ? {} : { gp: addressOf(world, g) }), ...(stack === undefined ? {} : { stack }) };
  const words = [a, b].map((each) => (typeof each === 'number' ? each : each === undefined ? 0 : addressOf(world, each)));
  const [first, second] = words as [number, number];
  if (kind === 'gstatus' || kind === 'gstatuswait') return { ...shared, a: pair(first, second), b: pcOf(by ?? '', names) };
  if (kind === 'goexit1') return { ...shared, a: pcOf(by ?? '', names), b: second };
  if (kind === 'stackalloc' || kind === 'stackfree' || kind === 'copystackbegin' || kind === 'copystackend')
    return { ...shared, a: first, b: STACK_BYTES };
  return { ...shared, a: first, b: second };
}

function pcOf(name: string, names: string[]): number {
  if (!names.includes(name)) names.push(name);
  return CODE + names.indexOf(name) * 0x100 + 0x20;
}

/** Things of each kind lie in a part of memory of their own; Ps go by their number. */
function addressOf(world: World, thing: Thing): number {
  const kind = world.layout.kinds.findIndex(({ things }) => things[thing.id] === thing);
  if (world.layout.kinds[kind]?.name === 'P') return thing.id;
  return 0xc000_0000_0000 + kind * 0x1000_0000 + thing.id * 0x10_0000;
}
