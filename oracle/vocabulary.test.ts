import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EVENT_SPECS } from '../replay/index.ts';
import { DIFFERENCES, differencesPage } from './differences.ts';
import { ROOT } from './root.ts';
import { LIFTS } from './vocabulary.ts';

test('every event that Go’s reader hands out is in the table, with arguments that it has', () => {
  const handedOut = EVENT_SPECS.filter(({ place }) => place === 'timed' || place === 'sample');
  expect(Object.keys(LIFTS).sort()).toEqual(handedOut.map(({ name }) => name as string).sort());
  for (const { name, args } of handedOut) {
    for (const lift of LIFTS[name as keyof typeof LIFTS] ?? []) {
      const named = [
        ...('value' in lift ? [lift.value] : []),
        ...('who' in lift && lift.who !== undefined && lift.who !== 'own' ? [lift.who] : []),
        ...('reason' in lift && lift.reason !== undefined ? [lift.reason] : []),
        ...('of' in lift && lift.of !== undefined ? [lift.of] : []),
        ...('attributes' in lift ? (lift.attributes ?? []).map(([, arg]) => arg) : []),
      ];
      for (const arg of named) expect(args, name).toContain(arg);
    }
  }
});

test('docs/reader-differences.md is the table that the tests read; node dist/oracle/docs.js writes it', async () => {
  expect(DIFFERENCES.length).toBeGreaterThan(0);
  expect(await readFile(join(ROOT, 'docs/reader-differences.md'), 'utf8')).toBe(differencesPage());
});
