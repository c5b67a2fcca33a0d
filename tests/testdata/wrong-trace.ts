/** A real trace that is wrong in one place: a start is missing from its middle. */
import { readFileSync, writeFileSync } from 'node:fs';
import { assetPath } from '../../go-fixtures/index.ts';
import { findEvents, parseWire, writeWire } from '../../replay/decode/index.ts';

export const RIGHT_TRACE = assetPath('tests/testdata/busy.trace');

export function writeWrongTrace(path: string): void {
  const wire = parseWire(readFileSync(RIGHT_TRACE));
  const starts = [...findEvents(wire, 'GoStart')];
  const { batch, index } = starts[starts.length >> 1]!;
  batch.events.splice(index, 1);
  writeFileSync(path, writeWire(wire));
}
