import { describe, expect, test } from 'vitest';
import { type Expectation, expectationsSchema, findings, tellKnown, withExpectation } from './index.ts';
import { divergence, replay } from './testdata/replays.ts';

const X = 'x/one~00000001';
const Y = 'y/two~00000002';
const TODAY = '2026-11-21';

const known = (fields: Partial<Expectation> = {}): Expectation => ({
  signature: X,
  reason: 'we patch it',
  expires: '2026-12-31',
  ...fields,
});
const tell = (replays: Parameters<typeof tellKnown>[0], ...expectations: Expectation[]) =>
  tellKnown(replays, { schema: 1, expectations }, TODAY);
const verdicts = (told: ReturnType<typeof tell>) => told.replays.map(({ verdict }) => verdict);

describe('a finding that is known', () => {
  const both = [replay('a', { divergences: [divergence(X, 1), divergence(X, 9)] }), replay('b', {})];

  test('makes a recording known that shows nothing else, and says why', () => {
    const told = tell(both, known({ link: 'https://example.com/1' }));
    expect(verdicts(told)).toEqual(['known', 'conforms']);
    expect(told.replays[0]?.why).toBe('known: x/one: we patch it');
    expect(told.replays[0]?.divergences[1]?.known).toEqual({
      reason: 'we patch it',
      link: 'https://example.com/1',
      expires: '2026-12-31',
    });
    expect(told).toMatchObject({ expired: [], unseen: [] });
  });

  test('hides no other: the recording diverges still', () => {
    const told = tell([replay('a', { divergences: [divergence(X, 1), divergence(Y, 2)] })], known());
    expect(verdicts(told)).toEqual(['diverges']);
    expect(findings(told.replays).map(({ signature, class: of }) => [signature, of])).toEqual([
      [Y, 'diverges'],
      [X, 'known'],
    ]);
  });

  test('is named beside a verdict that rests on others', () => {
    const [told] = tell(
      [replay('a', { why: 'y', divergences: [divergence(X, 1), divergence(Y, 2)] })],
      known(),
    ).replays;
    expect(told?.why).toBe('y; known: x/one');
  });

  test('takes with it a damage that the crash explains, but no other', () => {
    const damage = { ...divergence('format/truncated~00000003', 0), class: 'malformed' as const };
    const divergences = [divergence(X, 1), damage];
    expect(verdicts(tell([replay('a', { divergences })], known()))).toEqual(['known']);
    expect(verdicts(tell([replay('a', { divergences, verdict: 'malformed' })], known()))).toEqual([
      'malformed',
    ]);
  });

  test('counts on its last day, and the day after no more', () => {
    expect(verdicts(tell(both, known({ expires: TODAY })))[0]).toBe('known');
    const told = tell(both, known({ expires: '2026-11-20' }));
    expect(verdicts(told)[0]).toBe('diverges');
    expect(told.expired).toHaveLength(1);
  });

  test.each([
    [{ arch: ['arm64'] }, 'diverges'],
    [{ arch: ['amd64', 'arm64'] }, 'known'],
    [{ go: ['1.26'] }, 'known'],
    [{ go: ['1.26.8'] }, 'known'],
    [{ go: ['1.2'] }, 'diverges'],
    [{ go: ['1.26.80'] }, 'diverges'],
    [{ programs: ['netecho'] }, 'diverges'],
    [{ programs: ['netguy'], go: ['1.26'], arch: ['amd64'] }, 'known'],
  ])('counts only where it is said to be: %j, %s', (places, verdict) => {
    expect(verdicts(tell(both, known(places)))[0]).toBe(verdict);
  });

  test('that is known in one place and not in another is no known finding', () => {
    const replays = ['amd64', 'arm64'].map((arch) => replay(arch, { arch, divergences: [divergence(X, 1)] }));
    const [finding] = findings(tell(replays, known({ arch: ['amd64'] })).replays);
    expect(finding).toMatchObject({ class: 'diverges', example: { file: 'arm64' } });
  });
});

describe('what is not seen any more', () => {
  test('is said where a recording could have shown it', () => {
    expect(tell([replay('a', {})], known()).unseen).toHaveLength(1);
  });
  test('is not said where none could: another architecture, nothing judged', () => {
    expect(tell([replay('a', {})], known({ arch: ['arm64'] })).unseen).toEqual([]);
    expect(tell([replay('a', { verdict: 'unobservable' })], known()).unseen).toEqual([]);
  });
});

test('a second expectation of the same finding in the same places takes the place of the first', () => {
  const first = withExpectation({ schema: 1, expectations: [known({ arch: ['arm64'] })] }, known());
  expect(first.expectations).toHaveLength(2);
  const again = withExpectation(first, known({ reason: 'another' }));
  expect(again.expectations.map(({ reason, arch }) => [reason, arch])).toContainEqual(['another', undefined]);
  expect(again.expectations).toHaveLength(2);
});

test.each([
  ['no signature', { signature: 'x' }],
  ['no reason', { reason: '' }],
  ['no day', { expires: '2026-02-30' }],
  ['a link that is none', { link: 'javascript:alert(1)' }],
  ['an unknown field', { until: '2026-12-31' }],
])('%s is refused', (_, fields) => {
  expect(expectationsSchema.safeParse({ schema: 1, expectations: [{ ...known(), ...fields }] }).success).toBe(
    false,
  );
});
