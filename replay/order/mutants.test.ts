import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  dropEvent,
  duplicateEvent,
  findEvents,
  openTrace,
  parseWire,
  swapWithNext,
  type WirePlace,
  writeWire,
} from '../decode/index.ts';
import { seeded } from '../decode/testdata/record.ts';
import { Orderer } from './index.ts';

describe('a mutant of a real trace', () => {
  const kinds = [
    'GoUnblock',
    'GoStart',
    'GoBlock',
    'ProcStart',
    'GCBegin',
    'GoSyscallBegin',
    'GoCreate',
  ] as const;
  const edits: readonly ((place: WirePlace) => unknown)[] = [dropEvent, duplicateEvent, swapWithNext];

  test('is ordered whole, with one defect told a few times at most', async () => {
    const bytes = await readFile(new URL('../../tests/testdata/busy.trace', import.meta.url));
    let tried = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed);
      const trace = parseWire(bytes);
      const name = kinds[seed % kinds.length]!;
      const places = [...findEvents(trace, name, ({ batch, index }) => index + 1 < batch.events.length)];
      const place = places[Math.floor(random() * places.length)];
      if (place === undefined) continue;
      edits[seed % edits.length]!(place);
      const mutant = writeWire(trace);
      tried++;
      const orderer = new Orderer();
      for await (const generation of (await openTrace(mutant)).generations()) {
        const { count, unplaced, forced } = orderer.order(generation);
        expect([seed, count, unplaced]).toEqual([seed, generation.count, 0]);
        expect(forced.length, `seed ${seed}, ${name}`).toBeLessThan(12);
      }
    }
    expect(tried).toBeGreaterThan(40);
  });
});
