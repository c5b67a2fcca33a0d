import { expect, test } from 'vitest';
import { EV, EVENT_SPECS, eventName, NOT_TIMED, specOf, timedArgCounts } from './specs.ts';

test('types and names are unique, in order, and found again', () => {
  const types = EVENT_SPECS.map(({ type }) => type);
  expect(types).toEqual([...new Set(types)].sort((a, b) => a - b));
  for (const spec of EVENT_SPECS) {
    expect(specOf(spec.type)).toBe(spec);
    expect(EV[spec.name as keyof typeof EV]).toBe(spec.type);
  }
  expect(eventName(200)).toBe('Invalid(200)');
});

test('timed events begin with dt and have at most four more arguments', () => {
  for (const { name, args, place } of EVENT_SPECS.filter((spec) => spec.place === 'timed')) {
    expect([name, args[0], place]).toEqual([name, 'dt', 'timed']);
    expect(args.length).toBeLessThanOrEqual(5);
  }
});

test('a version knows no event of a later one', () => {
  expect(timedArgCounts(22)[EV.GoSwitch]).toBe(NOT_TIMED);
  expect(timedArgCounts(23)[EV.GoSwitch]).toBe(2);
  expect(timedArgCounts(26)[EV.EndOfGeneration]).toBe(NOT_TIMED);
  expect(timedArgCounts(26)[EV.ClockSnapshot]).toBe(NOT_TIMED);
});

test('an argument’s kind is its name, or what stands behind its underscore', () => {
  expect(specOf(EV.GoUnblock)!.kinds).toEqual(['dt', 'g', 'seq', 'stack']);
  expect(specOf(EV.UserTaskBegin)!.kinds).toEqual(['dt', 'task', 'task', 'string', 'stack']);
  expect(specOf(EV.GoCreate)!.kinds).toEqual(['dt', 'g', 'stack', 'stack']);
  expect(specOf(EV.HeapAlloc)!.kinds).toEqual(['dt', 'value']);
});
