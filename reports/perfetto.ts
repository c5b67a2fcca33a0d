/**
 * A recording's timeline as a Perfetto trace (https://ui.perfetto.dev opens it): a track for each lane,
 * a slice for each state, a marker for each divergence. What it shows is what the report's page shows:
 * the lanes that the replay chose, short spans merged.
 */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { assetPath } from '../go-fixtures/index.ts';
import type { Divergence, Lane, Replay } from '../replay/index.ts';
import { printable } from './escape.ts';

const BEGIN = 1;
const END = 2;
const INSTANT = 3;
const EXPLICIT = 3;
const INCREMENTAL_STATE_CLEARED = 1;
/** All packets are of one writer. */
const SEQUENCE = 1;
/** The program; Perfetto shows nothing of a process without a number. */
const PID = 1;
const PROCESS = 1;
const DIVERGENCES = 2;
/** Groups of lanes, in the order in which they are shown. */
const GROUPS: Readonly<Record<Lane['kind'], { uuid: number; name: string }>> = {
  gc: { uuid: 3, name: 'garbage collection' },
  stw: { uuid: 4, name: 'the world is stopped' },
  P: { uuid: 5, name: 'Ps' },
  M: { uuid: 7, name: 'Ms' },
  goroutine: { uuid: 6, name: 'goroutines' },
};
const FIRST_LANE = 16;
/** Characters of one text. */
const MOST_TEXT = 1000;

interface TrackEvent {
  readonly type: number;
  readonly trackUuid: number;
  readonly name?: string;
  readonly categories?: readonly string[];
  readonly debugAnnotations?: readonly { readonly name: string; readonly stringValue: string }[];
}

interface Packet {
  readonly trustedPacketSequenceId: number;
  readonly sequenceFlags?: number;
  readonly timestamp?: number;
  readonly trackEvent?: TrackEvent;
  readonly trackDescriptor?: object;
}

export function toPerfetto(replay: Replay): Uint8Array {
  const { lanes } = replay.timeline;
  const tracks = [process(replay), ...groups(lanes), ...lanes.map(track)];
  const events = [...lanes.flatMap(slices), ...replay.divergences.flatMap((each) => markers(each, lanes))];
  const packet: Packet[] = [
    ...tracks.map((trackDescriptor) => ({ trustedPacketSequenceId: SEQUENCE, trackDescriptor })),
    // A stable sort: what begins and ends at one moment stays in its lane's order.
    ...events.sort((a, b) => (a.timestamp as number) - (b.timestamp as number)),
  ];
  packet[0] = { ...(packet[0] as Packet), sequenceFlags: INCREMENTAL_STATE_CLEARED };
  const type = traceType();
  return type.encode(type.create({ packet })).finish();
}

let type: protobuf.Type | undefined;

function traceType(): protobuf.Type {
  type ??= protobuf
    .parse(readFileSync(assetPath('reports/perfetto.proto'), 'utf8'))
    .root.lookupType('gotwin.perfetto.Trace');
  return type;
}

function process({ program, go, arch, emulated, file }: Replay): object {
  const name = [program, go, `${arch}${emulated ? ' (emulated)' : ''}`]
    .filter((part) => part !== '')
    .join(' ');
  return {
    uuid: PROCESS,
    name: shown(name === '' ? file : name),
    process: { pid: PID, processName: shown(name === '' ? file : name) },
    childOrdering: EXPLICIT,
  };
}

function groups(lanes: readonly Lane[]): object[] {
  const kinds = (Object.keys(GROUPS) as Lane['kind'][]).filter((kind) =>
    lanes.some((lane) => lane.kind === kind),
  );
  const shared = { parentUuid: PROCESS, childOrdering: EXPLICIT };
  return [
    { uuid: DIVERGENCES, name: 'divergences', siblingOrderRank: 0, ...shared },
    ...kinds.map((kind, rank) => ({ ...GROUPS[kind], siblingOrderRank: rank + 1, ...shared })),
  ];
}

function track({ kind, label }: Lane, nth: number): object {
  return {
    uuid: FIRST_LANE + nth,
    name: shown(label),
    parentUuid: GROUPS[kind].uuid,
    siblingOrderRank: nth,
  };
}

/** Spans of a lane follow each other. */
function slices({ kind, spans, states }: Lane, nth: number): Packet[] {
  const trackUuid = FIRST_LANE + nth;
  const packets: Packet[] = [];
  for (let at = 0; at + 2 < spans.length; at += 3) {
    const [start, end, state] = spans.slice(at, at + 3) as [number, number, number];
    const name = shown(states[state] ?? '');
    packets.push(event(start, { type: BEGIN, trackUuid, name, categories: [kind] }));
    packets.push(event(Math.max(start, end), { type: END, trackUuid }));
  }
  return packets;
}

/** On a track of their own, and on that of the goroutine or P that it is about, where that is drawn. */
function markers(divergence: Divergence, lanes: readonly Lane[]): Packet[] {
  const { subject, at, rule } = divergence;
  const lane = lanes.findIndex(({ kind, id }) => kind === subject.kind && String(id) === subject.id);
  const tracks = [DIVERGENCES, ...(lane < 0 ? [] : [FIRST_LANE + lane])];
  return tracks.map((trackUuid) =>
    event(at.time, {
      type: INSTANT,
      trackUuid,
      name: shown(rule),
      categories: ['divergence'],
      debugAnnotations: facts(divergence),
    }),
  );
}

function facts({ text, observed, subject, at, signature, id, repro }: Divergence) {
  const all = {
    rule: text,
    observed,
    subject: `${subject.kind} ${subject.id}`,
    event: `${at.index} ${at.name} ${at.args}`,
    signature,
    id,
    repro,
  };
  return Object.entries(all).map(([name, value]) => ({ name, stringValue: shown(value) }));
}

function event(nanoseconds: number, trackEvent: TrackEvent): Packet {
  const timestamp = Math.max(0, Math.round(nanoseconds));
  return { trustedPacketSequenceId: SEQUENCE, timestamp, trackEvent };
}

const shown = (text: string): string => printable(text.slice(0, MOST_TEXT).replaceAll('\n', ' '));
