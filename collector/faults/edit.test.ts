import { expect, test } from 'vitest';
import { findFixture } from '../../go-fixtures/index.ts';
import { editedText, filesOf } from './edit.ts';
import { LINK_FAULTS } from './link-table.ts';
import { findFault } from './seed.ts';
import { type Edit, FAULTS, type Fault } from './table.ts';

const fault: Fault = {
  ...FAULTS[0]!,
  name: 'sample',
  edits: [
    { file: 'a.go', find: '\twait()\n', replace: '\twait(DELAY_US)\n' },
    { file: 'a.go', append: 'const delay = DELAY_US\n' },
    { file: 'b.go', find: 'b', replace: 'c' },
  ],
};

test('an edit takes the place of what it finds, and a new function stands at the end', () => {
  expect(filesOf(fault)).toEqual(['a.go', 'b.go']);
  expect(editedText(fault, 'a.go', 'x\n\twait()\ny\n', 200)).toBe('x\n\twait(200)\ny\nconst delay = 200\n');
});

test.each([
  ['nowhere', 'x\n\twait() // here\n', 'nowhere'],
  ['twice', '\twait()\n\twait()\n', '2 times'],
])('an edit that fits %s is refused by name', (_, text, said) => {
  expect(() => editedText(fault, 'a.go', text, 0)).toThrow(
    expect.objectContaining({ name: 'FaultError', code: 'does-not-fit', fault: 'sample' }),
  );
  expect(() => editedText(fault, 'a.go', text, 0)).toThrow(
    new RegExp(`fault sample does not fit.*a\\.go has "wait\\(\\)" ${said}`),
  );
});

test('a fault is known by its name, and takes a delay only where it waits', () => {
  expect(findFault({ name: 'copystack-stw' })).toMatchObject({ delayUs: 12_000 });
  expect(findFault({ name: 'copystack-unowned', delayUs: 200 })).toMatchObject({ delayUs: 200 });
  const code = (code: string) => expect.objectContaining({ name: 'FaultError', code });
  expect(() => findFault({ name: 'copystack' })).toThrow(code('unknown-fault'));
  expect(() => findFault({ name: 'goexit-stub', delayUs: 0 })).toThrow(code('takes-no-delay'));
  for (const delayUs of [-1, 0.5, 1e12, Number.NaN])
    expect(() => findFault({ name: 'copystack-stw', delayUs })).toThrow(code('bad-delay'));
});

const lines = (text: string) => text.split('\n').length;
const textOf = (edit: Edit) => ('append' in edit ? edit.append : edit.replace);

test.each([...FAULTS, ...LINK_FAULTS])(
  'the row of $name is whole: its lines keep their numbers, its fixture is there',
  (row) => {
    expect([...FAULTS, ...LINK_FAULTS].filter(({ name }) => name === row.name)).toHaveLength(1);
    expect(findFixture(row.fixture)).toBeDefined();
    expect(row.finds.length).toBeGreaterThan(0);
    for (const edit of row.edits) if (!('append' in edit)) expect(lines(edit.replace)).toBe(lines(edit.find));
    const waits = row.edits.some((edit) => textOf(edit).includes('DELAY_US'));
    expect(row.delayUs !== undefined).toBe(waits);
    expect(row.window !== undefined).toBe(waits);
  },
);
