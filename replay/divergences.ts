/** Findings and damages in the shape that everything after the replay reads. */
import { basename } from 'node:path';
import type { Damage } from './decode/index.ts';
import type { Finding } from './judge/index.ts';
import type { Divergence, EventView, SliceStep } from './result.ts';
import { signature } from './signature.ts';

/** What the format promises, by the reader's error code; other codes speak for themselves. */
const FORMAT_RULES: Readonly<Record<string, string>> = {
  truncated: 'a trace ends where a generation ends',
  'generation-gap': 'generations follow each other without a gap',
  'generation-order': 'generations come in ascending order',
  'string-missing': 'a generation holds every string that its events name',
  'stack-missing': 'a generation holds every stack that its events name',
  'stack-string': 'a generation holds every string that its stacks name',
  'sync-missing': 'a generation says how long a tick is, and from 1.25 what the clocks were',
};

const ANY_OTHER = 'every byte of a trace belongs to an event that this release writes, where it may stand';

type Unnumbered = Omit<Divergence, 'id' | 'repro'>;

export function ofFinding(finding: Finding, slice: readonly SliceStep[]): Unnumbered {
  const { involved: _, at, ...rest } = finding;
  return {
    ...rest,
    cite: [...finding.cite],
    before: [...finding.before],
    at,
    layers: ['trace'],
    evidence: 'observed',
    slice: [...slice],
  };
}

export function ofDamage(damage: Damage): Unnumbered {
  return malformed(`format/${damage.code}`, FORMAT_RULES[damage.code] ?? ANY_OTHER, damage);
}

/** A trace of another format than the release in the manifest writes. */
export function ofMismatch(version: string, format: number): Unnumbered {
  const message = `the manifest says ${version}, the trace begins with "go 1.${format} trace"`;
  const rule = 'a trace is written in the format of the release that its recording names';
  return malformed('format/release', rule, { message, offset: 0, generation: 0 });
}

type Place = Pick<Damage, 'message' | 'offset' | 'generation'>;

function malformed(rule: string, text: string, place: Place): Unnumbered {
  return {
    signature: signature(rule, 'trace', []),
    class: 'malformed',
    rule,
    text,
    cite: [],
    layers: ['trace'],
    evidence: 'observed',
    subject: { kind: 'trace', id: '' },
    at: nowhere(place),
    before: [],
    observed: place.message,
    allowed: [],
    slice: [],
    consequences: 0,
  };
}

function nowhere({ offset, generation, message }: Place): EventView {
  return {
    index: -1,
    generation,
    time: 0,
    m: -1,
    p: -1,
    g: -1,
    name: 'damage',
    args: message,
    stack: [],
    offset,
  };
}

/**
 * Numbers findings of one signature 1, 2, 3 in the order given, and says how to
 * see each again. `file` is quoted for a shell where it must be; `model` is the release that judged, where it is not its own.
 */
export function number(found: readonly Unnumbered[], file: string, model?: string): Divergence[] {
  const seen = new Map<string, number>();
  return found.map((each) => {
    const ordinal = (seen.get(each.signature) ?? 0) + 1;
    seen.set(each.signature, ordinal);
    const id = `${each.signature}#${ordinal}`;
    return { ...each, id, repro: reproOf(file, id, model) };
  });
}

/** The command that shows a divergence again, to be run where the file is. */
function reproOf(file: string, id: string, model: string | undefined): string {
  const judgeBy = model === undefined ? '' : ` --judge-by ${quote(model)}`;
  return `gotwin replay ${quote(basename(file))} --divergence ${quote(id)}${judgeBy}`;
}

function quote(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
