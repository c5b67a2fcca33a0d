import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressTable, addressText } from './address-table.ts';
import { declaredIn, Functions, namesIn } from './functions.ts';

test('a table gives each address one number, in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(64), fc.nat(3)), { maxLength: 500 }), (addresses) => {
      const table = new AddressTable(() => {});
      const known = new Map<string, number>();
      for (const [lo, hi] of addresses) {
        const word = `${lo} ${hi}`;
        const isNull = lo === 0 && hi === 0;
        expect(table.find(lo, hi)).toBe(known.get(word) ?? -1);
        if (!known.has(word) && !isNull) known.set(word, known.size);
        expect(table.add(lo, hi)).toBe(isNull ? -1 : known.get(word));
      }
      expect(table.size).toBe(known.size);
    }),
  );
});

test('a table grows, and tells its columns to', () => {
  const lengths: number[] = [];
  const table = new AddressTable((length) => lengths.push(length));
  for (let n = 0; n < 5000; n++) expect(table.add(n * 2048, 0xc0)).toBe(n);
  for (let n = 0; n < 5000; n++) expect(table.find(n * 2048, 0xc0)).toBe(n);
  expect(lengths).toEqual([2048, 4096, 8192]);
});

test('an address reads as Go prints it', () => {
  expect(addressText(0x1000, 0xc0)).toBe('0xc000001000');
  expect(addressText(0xdeadbeef, 0)).toBe('0xdeadbeef');
});

test('a return address belongs to the function that made the call, also where the call was its last instruction', () => {
  const functions = new Functions(['1000 runtime.a', '1100 runtime.b', 'junk', '1200 main.c[go.shape.int]']);
  expect(functions.count).toBe(3);
  expect(functions.nameAt(0x1005, 0)).toBe('runtime.a');
  expect(functions.nameAt(0x1100, 0)).toBe('runtime.a');
  expect(functions.nameAt(0x1101, 0)).toBe('runtime.b');
  expect(functions.nameAt(0x500, 0)).toBe('');
});

test('functions lie where the program was loaded, not where it was linked', () => {
  const functions = new Functions(['1000 runtime.a', '1100 runtime.goexit.abi0', '1200 main.c']);
  functions.loadedAt(0x5555_0000_1101);
  expect(functions.nameAt(0x1010, 0)).toBe('');
  expect(functions.nameAt(0x1010, 0x5555)).toBe('runtime.a');
  expect(functions.nameAt(0x1105, 0x5555)).toBe('runtime.goexit.abi0');
});

test('a physical function is known by the functions that its closures came from', () => {
  expect(namesIn('runtime.gcStart.forEachP.func8')).toContain('forEachP');
  expect(namesIn('runtime.(*gcControllerState).findRunnableGCWorker')).toContain('findRunnableGCWorker');
  expect(namesIn('internal/poll.(*FD).Read')).toContain('Read');
  expect(namesIn('main.f[go.shape.struct { X runtime.execute }]')).toEqual(['f']);
});

test.each([
  ['runtime.gotwin_copystack', 'gotwin_copystack'],
  ['runtime.gcStart.forEachP.func8', 'forEachP'],
  ['runtime.forEachP.func1.2', 'forEachP'],
  ['runtime.(*mheap).freeManual.gowrap1', 'freeManual'],
  ['runtime.goexit.abi0', 'goexit'],
])('%s is declared in %s, whatever the compiler made of it', (physical, name) => {
  expect(declaredIn(physical)).toBe(name);
});
