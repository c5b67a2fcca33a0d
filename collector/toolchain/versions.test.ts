import { expect, test } from 'vitest';
import {
  canRecord,
  compareVersions,
  KNOWN_GOOD,
  minorOf,
  parseGoVersion,
  patchOf,
  TEXT_ONLY,
} from './versions.ts';

test('a version is written as users write it', () => {
  expect(parseGoVersion('1.22')).toEqual({ minor: '1.22', exact: undefined });
  expect(parseGoVersion('1.25.4')).toEqual({ minor: '1.25', exact: 'go1.25.4' });
  expect(parseGoVersion('go1.26.8')).toEqual({ minor: '1.26', exact: 'go1.26.8' });
  expect(parseGoVersion('1.27rc1')).toEqual({ minor: '1.27', exact: 'go1.27rc1' });
});

test.each(['', 'latest', '1', '2.0', '1.26.x', '1.26; ls', '--help', '../1.26'])(
  '%j is no version',
  (text) => {
    expect(() => parseGoVersion(text)).toThrow(expect.objectContaining({ code: 'bad-version' }));
  },
);

test('a release of which nobody here reads anything is refused, with those that would do', () => {
  expect(() => parseGoVersion('1.19.13')).toThrow(
    expect.objectContaining({ code: 'unknown-version', known: Object.keys(KNOWN_GOOD) }),
  );
});

test('versions are ordered as they were released', () => {
  const released = [
    'go1.9.7',
    'go1.22rc2',
    'go1.22.0',
    'go1.22.2',
    'go1.22.12',
    'go1.26beta1',
    'go1.26rc1',
    'go1.26.0',
  ];
  expect([...released].reverse().sort(compareVersions)).toEqual(released);
});

test('every known patch level is one of its release, and stands for it', () => {
  for (const [minor, exact] of Object.entries({ ...KNOWN_GOOD, ...TEXT_ONLY })) {
    expect(minorOf(exact)).toBe(minor);
    expect(`go${patchOf(minor)}`).toBe(exact);
  }
  expect(patchOf('1.25.1')).toBe('1.25.1');
  expect(() => patchOf('1.27')).toThrow('no patch level of Go 1.27');
});

test('of releases before 1.22 the text alone can be recorded', () => {
  for (const version of Object.values(TEXT_ONLY))
    expect([canRecord(version, 'trace'), canRecord(version, 'text')]).toEqual([false, true]);
  expect(canRecord('go1.22.12', 'trace')).toBe(true);
  expect(canRecord('devel go1.27', 'probe')).toBe(true);
});
