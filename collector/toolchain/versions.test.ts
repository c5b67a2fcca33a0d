import { expect, test } from 'vitest';
import { compareVersions, KNOWN_GOOD, minorOf, parseGoVersion } from './versions.ts';

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

test('a release whose traces nobody here reads is refused, with those that would do', () => {
  expect(() => parseGoVersion('1.21.13')).toThrow(
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

test('every known patch level is one of its release', () => {
  for (const [minor, exact] of Object.entries(KNOWN_GOOD)) expect(minorOf(exact)).toBe(minor);
});
