import type { Citation, Divergence, Evidence, Layer, Replay } from '../replay/index.ts';
import { VERDICTS } from '../replay/index.ts';
import { compareReplays, compareText, compareVersions, releaseRun } from './order.ts';

/** One recording in which a finding was seen. */
export interface Sighting {
  file: string;
  program: string;
  go: string;
  arch: string;
  emulated: boolean;
  /** Divergences with this signature in that recording. */
  count: number;
  /** Id of the first of them, by position in the replay. */
  first: string;
}

/** Every divergence with one signature, in however many recordings. */
export interface Finding {
  signature: string;
  rule: string;
  /** The rule as a sentence. */
  text: string;
  cite: Citation[];
  /** `known` where the project knows of every divergence of it (expectations.ts). */
  class: Divergence['class'] | 'known';
  /** A trace that is cut off because its program ended so, in every recording that holds it: no verdict rests on that. */
  explained: boolean;
  /** All layers that any of the divergences rests on. */
  layers: Layer[];
  evidence: Evidence;
  /** The recordings that hold it: the k of "k of n". */
  seen: Sighting[];
  /** Recordings of the same programs, with the finding or without: the n of "k of n". */
  of: number;
  /** Architectures or releases, when others could have shown the finding and did not; otherwise empty. */
  onlyOn: { arch: string[]; release: string[] };
  /** The divergence to read first. */
  example: { file: string; divergence: Divergence };
  /** Divergences in all recordings. */
  count: number;
}

interface Witness {
  replay: Replay;
  divergence: Divergence;
  /** Among the divergences of its replay, which has first what is to be read first. */
  place: number;
}

/**
 * Groups the divergences of many replays by signature. The result does not
 * depend on the order of `replays`: malformed before diverging (but not where a
 * crash explains it), then the finding seen in most recordings, then the one that
 * its replay has first, then by signature.
 */
export function findings(replays: readonly Replay[]): Finding[] {
  const groups = new Map<string, Witness[]>();
  for (const replay of replays) {
    for (const [place, divergence] of replay.divergences.entries()) {
      const group = groups.get(divergence.signature);
      if (group) group.push({ replay, divergence, place });
      else groups.set(divergence.signature, [{ replay, divergence, place }]);
    }
  }
  return [...groups.values()]
    .map((group) => ({ group, finding: toFinding(group, replays) }))
    .sort(compareFindings)
    .map(({ finding }) => finding);
}

function toFinding(group: Witness[], replays: readonly Replay[]): Finding {
  const witnesses = [...group].sort(compareWitnesses);
  const example =
    witnesses.find(({ divergence }) => divergence.known === undefined) ?? (witnesses[0] as Witness);
  const { signature, rule, text, cite, evidence } = example.divergence;
  const of = group.every(({ divergence }) => divergence.known !== undefined)
    ? 'known'
    : example.divergence.class;
  const holders = new Set(group.map((witness) => witness.replay));
  const programs = new Set([...holders].map((replay) => replay.program));
  const peers = replays.filter((replay) => programs.has(replay.program));
  return {
    signature,
    rule,
    text,
    cite,
    class: of,
    explained: of === 'malformed' && group.every(({ replay }) => replay.verdict !== 'malformed'),
    layers: [...new Set(witnesses.flatMap((witness) => witness.divergence.layers))].sort(compareText),
    evidence,
    seen: sightings(witnesses),
    of: peers.length,
    onlyOn: onlyOn(holders, peers),
    example: { file: example.replay.file, divergence: example.divergence },
    count: group.length,
  };
}

/** Witnesses come sorted, so those of one recording stand together, first position first. */
function sightings(witnesses: readonly Witness[]): Sighting[] {
  const seen = new Map<Replay, Sighting>();
  for (const { replay, divergence } of witnesses) {
    const sighting = seen.get(replay);
    if (sighting) sighting.count++;
    else {
      const { file, program, go, arch, emulated } = replay;
      seen.set(replay, { file, program, go, arch, emulated, count: 1, first: divergence.id });
    }
  }
  // Only files that were given twice, with different contents, are told apart by more than their place.
  return [...seen]
    .sort(
      ([a, one], [b, other]) =>
        compareReplays(a, b) || other.count - one.count || compareText(one.first, other.first),
    )
    .map(([, sighting]) => sighting);
}

function onlyOn(holders: ReadonlySet<Replay>, peers: readonly Replay[]): Finding['onlyOn'] {
  const able = peers.filter((replay) => holders.has(replay) || couldHaveShown(replay));
  return {
    arch: properSubset(holders, able, (replay) => replay.arch).sort(compareText),
    release: properSubset(holders, able, releaseRun).sort(compareVersions),
  };
}

/** Absence says something only where the replay judged the whole recording. */
export function couldHaveShown({ verdict }: Replay): boolean {
  return verdict === 'conforms' || verdict === 'known' || verdict === 'diverges' || verdict === 'flaky';
}

function properSubset(
  holders: ReadonlySet<Replay>,
  able: readonly Replay[],
  of: (replay: Replay) => string,
): string[] {
  const on = new Set([...holders].map(of));
  return new Set(able.map(of)).size > on.size ? [...on] : [];
}

function compareWitnesses(a: Witness, b: Witness): number {
  return (
    compareReplays(a.replay, b.replay) ||
    a.divergence.at.index - b.divergence.at.index ||
    compareText(a.divergence.id, b.divergence.id) ||
    // Only a file that was given twice, with different contents, comes this far.
    compareText(JSON.stringify(a.divergence), JSON.stringify(b.divergence))
  );
}

interface Grouped {
  readonly group: readonly Witness[];
  readonly finding: Finding;
}

function compareFindings(a: Grouped, b: Grouped): number {
  return (
    weightOf(a) - weightOf(b) ||
    b.finding.seen.length - a.finding.seen.length ||
    placeOf(a) - placeOf(b) ||
    compareText(a.finding.signature, b.finding.signature)
  );
}

/** Malformed evidence may be why all else seems wrong; not so where it is only how the program ended. */
function weightOf({ finding }: Grouped): number {
  return VERDICTS.indexOf(finding.explained ? 'inconclusive' : finding.class);
}

function placeOf({ group }: Grouped): number {
  return Math.min(...group.map(({ place }) => place));
}
