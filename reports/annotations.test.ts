import { expect, test } from 'vitest';
import { toAnnotations } from './index.ts';
import { sampleReplay, sampleReplays } from './testdata/sample.ts';

test('each finding is one line that the runner takes for an error, with what was seen and how to see it again', () => {
  const lines = toAnnotations(sampleReplays());
  expect(lines).toHaveLength(3);
  for (const line of lines)
    expect(line).toMatch(
      /^::error title=Gotwin%3A [\w/-]+%2C in \d of \d recordings::[^\n]+%0AAgain: gotwin replay/,
    );
  expect(toAnnotations(sampleReplays({ clean: true }))).toEqual([]);
});

test('nothing that a recording says begins a line or a command of its own', () => {
  const replay = sampleReplay('netguy', 'go1.26.8', 'arm64');
  const [one] = replay.divergences;
  const attack = 'x\n::set-output name=a::b\r\n::add-mask::y\u2028::error::z,title=t:u%0A::stop-commands::v';
  const lines = toAnnotations([
    { ...replay, divergences: [{ ...one!, observed: attack, rule: attack, text: attack }] },
  ]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/[\n\r\u2028]/);
  expect(lines[0]).toMatch(/^::error title=[^:,]*::/);
  expect(lines[0]).toContain('%250A');
  for (const line of toAnnotations(sampleReplays({ hostile: true })))
    expect(line).toMatch(/^::error title=[^:,\n\r]*::[^\n\r]*$/);
});

test('a known finding is a notice, with its reason and its date', () => {
  const replay = sampleReplay('netguy', 'go1.26.8', 'arm64');
  const known = { reason: 'the port is not done', expires: '2027-01-01' };
  const [line] = toAnnotations([
    { ...replay, divergences: replay.divergences.map((each) => ({ ...each, known })) },
  ]);
  expect(line).toMatch(/^::notice .*%0AKnown until 2027-01-01: the port is not done$/);
});

test('of many findings the first nine are shown, and how many there are besides', () => {
  const replay = sampleReplay('netguy', 'go1.26.8', 'arm64');
  const many = Array.from({ length: 40 }, (_, nth) => ({ ...replay.divergences[0]!, signature: `r~${nth}` }));
  const lines = toAnnotations([{ ...replay, divergences: many }]);
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe('::error title=Gotwin::31 more findings are in the report.');
});
