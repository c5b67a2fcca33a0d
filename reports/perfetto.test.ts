import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { afterAll, describe, expect, it } from 'vitest';
import { assetPath } from '../go-fixtures/index.ts';
import type { Replay } from '../replay/index.ts';
import { toPerfetto } from './index.ts';
import { ATTACK, sampleReplay } from './testdata/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-perfetto-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const type = protobuf
  .parse(readFileSync(assetPath('reports/perfetto.proto'), 'utf8'))
  .root.lookupType('gotwin.perfetto.Trace');

interface Packet {
  timestamp?: number;
  trustedPacketSequenceId: number;
  sequenceFlags?: number;
  trackEvent?: {
    type: string;
    trackUuid: number;
    name?: string;
    debugAnnotations?: { name: string; stringValue: string }[];
  };
  trackDescriptor?: { uuid: number; name: string; parentUuid?: number };
}

function packetsOf(replay: Replay): Packet[] {
  const trace = type.toObject(type.decode(toPerfetto(replay)), { longs: Number, enums: String });
  return trace.packet as Packet[];
}

const diverging = sampleReplay('netguy', 'go1.26.8', 'arm64');
const eventsOf = (packets: Packet[]) =>
  packets.flatMap((packet) =>
    packet.trackEvent === undefined ? [] : [{ ...packet.trackEvent, timestamp: packet.timestamp! }],
  );

describe('the Perfetto trace', () => {
  it('has a track for each lane, below the group of its kind, below the program', () => {
    const tracks = packetsOf(diverging).flatMap(({ trackDescriptor }) =>
      trackDescriptor === undefined ? [] : [trackDescriptor],
    );
    const byUuid = new Map(tracks.map((track) => [track.uuid, track]));
    expect(byUuid.size).toBe(tracks.length);
    for (const { label, kind } of diverging.timeline.lanes) {
      const group = {
        gc: 'garbage collection',
        stw: 'the world is stopped',
        P: 'Ps',
        M: 'Ms',
        goroutine: 'goroutines',
      }[kind];
      const track = tracks.find(
        ({ name, parentUuid }) => name === label && byUuid.get(parentUuid ?? 0)?.name === group,
      );
      expect(track, label).toBeDefined();
    }
    expect(tracks[0]).toMatchObject({ name: 'netguy go1.26.8 arm64 (emulated)' });
    expect(tracks.slice(1).every(({ parentUuid }) => byUuid.has(parentUuid!))).toBe(true);
  });

  it('has the spans of each lane as slices with their times, one after the other', () => {
    const packets = packetsOf(diverging);
    const events = eventsOf(packets);
    for (const { label, spans, states } of diverging.timeline.lanes) {
      const { uuid } = packets.find(({ trackDescriptor }) => trackDescriptor?.name === label)!
        .trackDescriptor!;
      const own = events.filter(({ trackUuid, type: kind }) => trackUuid === uuid && kind !== 'TYPE_INSTANT');
      const expected = [];
      for (let at = 0; at < spans.length; at += 3)
        expected.push(
          ['TYPE_SLICE_BEGIN', Math.round(spans[at]!), states[spans[at + 2]!]],
          ['TYPE_SLICE_END', Math.round(spans[at + 1]!), undefined],
        );
      expect(own.map((each) => [each.type, each.timestamp, each.name || undefined])).toEqual(expected);
    }
    expect(packets.every(({ trustedPacketSequenceId }) => trustedPacketSequenceId === 1)).toBe(true);
    expect(packets[0]!.sequenceFlags).toBe(1);
    const times = events.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('marks each divergence, also on the lane that it is about, with what was seen and how to see it again', () => {
    const marks = eventsOf(packetsOf(diverging)).filter(({ type: kind }) => kind === 'TYPE_INSTANT');
    for (const { rule, at, observed, signature, repro } of diverging.divergences) {
      const own = marks.filter(({ name, timestamp }) => name === rule && timestamp === Math.round(at.time));
      expect(new Set(own.map(({ trackUuid }) => trackUuid)).size).toBe(own.length);
      expect(own.length).toBeGreaterThanOrEqual(1);
      expect(
        Object.fromEntries(own[0]!.debugAnnotations!.map((each) => [each.name, each.stringValue])),
      ).toMatchObject({ observed, signature, repro });
    }
    expect(marks.length).toBeGreaterThan(diverging.divergences.length);
  });

  it('takes what a recording says as text, of bounded length, and times that are none', () => {
    const replay = sampleReplay('netguy', 'go1.26.8', 'arm64', 1, { hostile: true });
    const [one] = replay.divergences;
    const odd = { ...one!, observed: '\ud800'.repeat(100_000), at: { ...one!.at, time: -5 } };
    const marks = eventsOf(packetsOf({ ...replay, divergences: [odd, one!] })).filter(
      ({ type: kind }) => kind === 'TYPE_INSTANT',
    );
    expect(marks[0]!.timestamp).toBe(0);
    const texts = marks.flatMap(({ debugAnnotations }) =>
      debugAnnotations!.map(({ stringValue }) => stringValue),
    );
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(1000);
    expect(texts.join('')).not.toMatch(/[\ud800\u202e]/u);
    expect(texts.join('')).toContain(ATTACK.slice(0, 20));
  });

  it('is these bytes, which a machine without Perfetto can tell from others', () => {
    const lane = { kind: 'P' as const, id: 0, label: 'P0', why: 'P', spans: [5, 9, 0], states: ['running'] };
    const [one] = diverging.divergences;
    const at = { ...one!.at, time: 7, index: 1, name: 'e', args: '' };
    const words = { rule: 'r', text: 't', observed: 'o', signature: 's', id: 'i', repro: 'g' };
    const subject = { kind: 'gc' as const, id: '' };
    const bytes = toPerfetto({
      ...diverging,
      program: 'p',
      timeline: { start: 0, end: 10, resolution: 1, lanes: [lane] },
      divergences: [{ ...one!, ...words, at, subject }],
    });
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '0a4950016801e203420801121b7020676f312e32362e382061726d36342028656d756c61746564291a1f0801321b7020676f312e32362e382061726d36342028656d756c617465642958030a1a5001e203150802120b646976657267656e6365732801580360000a115001e2030c0805120250732801580360010a0f5001e2030a081012025030280560000a18400550015a1248015810b2010150ba010772756e6e696e670a79400750015a732209320174520472756c65220d32016f52086f62736572766564220e320367632052077375626a656374220d32043120652052056576656e74220e32017352097369676e6174757265220732016952026964220a3201675205726570726f48035802b2010a646976657267656e6365ba0101720a0a400950015a0448025810',
    );
  });

  it("is read by Perfetto's own schema without a field that it does not have", (context) => {
    const python = process.env.GOTWIN_PYTHON ?? 'python3';
    try {
      execFileSync(python, ['-c', 'from perfetto.protos.perfetto.trace import perfetto_trace_pb2'], {
        stdio: 'ignore',
      });
    } catch {
      context.skip(
        `${python} has no package perfetto (pip install perfetto; GOTWIN_PYTHON names another python)`,
      );
    }
    const file = join(folder, 'sample.perfetto-trace');
    writeFileSync(file, toPerfetto(diverging));
    const read = JSON.parse(
      execFileSync(python, [assetPath('reports/testdata/perfetto_check.py'), file], { encoding: 'utf8' }),
    );
    const spans = diverging.timeline.lanes.reduce((sum, lane) => sum + lane.spans.length / 3, 0);
    expect(read).toMatchObject({ begins: spans, ends: spans });
    expect(read.tracks).toEqual(expect.arrayContaining(diverging.timeline.lanes.map(({ label }) => label)));
    expect(new Set(read.markers)).toEqual(new Set(diverging.divergences.map(({ rule }) => rule)));
  });
});
