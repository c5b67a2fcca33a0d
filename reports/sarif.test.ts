import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toSarif } from './index.ts';
import { sampleReplay, sampleReplays } from './testdata/sample.ts';

/** The schema of SARIF 2.1.0, as a package of its makers carries it. */
const require = createRequire(import.meta.url);
const path = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
/** zod takes a relative reference for a whole URI, which it need not be; what is one is looked at below. */
const text = readFileSync(path, 'utf8').replaceAll(
  /"format": "uri-reference"/g,
  String.raw`"pattern": "^[\\w.~%/:#?=&!'()*-]*$"`,
);
const schema = z.fromJSONSchema(JSON.parse(text));

const sarif = (replays: Parameters<typeof toSarif>[0]) => JSON.parse(toSarif(replays, '1.2.3'));

describe('SARIF', () => {
  it.each([
    ['samples', sampleReplays()],
    ['nothing wrong', sampleReplays({ clean: true })],
    ['no recording', []],
    ['hostile strings', sampleReplays({ hostile: true })],
  ])('is valid by its schema: %s', (_, replays) => {
    const log = sarif(replays);
    expect(schema.safeParse(log).error?.issues ?? []).toEqual([]);
  });

  it.each<[string, (log: ReturnType<typeof sarif>) => unknown]>([
    [
      'a field that there is not',
      (log) => ({ ...log, runs: log.runs.map((run: object) => ({ ...run, verdict: 'fine' })) }),
    ],
    ['no tool', (log) => ({ ...log, runs: log.runs.map(({ tool: _, ...run }: { tool: object }) => run) })],
    [
      'a level that there is not',
      (log) => ({
        ...log,
        runs: log.runs.map((run: { results: object[] }) => ({
          ...run,
          results: run.results.map((result) => ({ ...result, level: 'fatal' })),
        })),
      }),
    ],
    [
      'a message that is a string',
      (log) => ({
        ...log,
        runs: log.runs.map((run: { results: object[] }) => ({
          ...run,
          results: run.results.map((result) => ({ ...result, message: 'x' })),
        })),
      }),
    ],
  ])('the schema refuses %s', (_, edit) => {
    expect(schema.safeParse(edit(sarif(sampleReplays()))).success).toBe(false);
  });

  it('has a result for each finding, known again by its signature, with a rule that it points at', () => {
    const [run] = sarif(sampleReplays()).runs;
    expect(run.results).toHaveLength(3);
    for (const result of run.results) {
      expect(result.fingerprints).toEqual({ 'gotwinSignature/v1': expect.stringMatching(/~/) });
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(result.locations[0].physicalLocation.artifactLocation.uri).toMatch(
        /^net\w+-go1\.2[26]\.\d+-linux-arm64\.gotwin$/,
      );
      expect(result.message.text).toContain('Again: gotwin replay');
    }
  });

  it('has the same fingerprints for the same findings of another run', () => {
    const prints = (seed: number) =>
      sarif([sampleReplay('netguy', 'go1.26.8', 'arm64', seed)]).runs[0].results.map(
        (result: { fingerprints: object }) => result.fingerprints,
      );
    expect(prints(1)).toEqual(prints(99));
    expect(prints(1).length).toBeGreaterThan(0);
  });

  it('says of a known finding that it is accepted, why and until when', () => {
    const known = { reason: 'the port is not done', expires: '2027-01-01', link: 'https://go.dev/issue/1' };
    const replay = sampleReplay('netguy', 'go1.26.8', 'arm64');
    const log = sarif([
      { ...replay, verdict: 'known', divergences: replay.divergences.map((each) => ({ ...each, known })) },
    ]);
    expect(schema.safeParse(log).success).toBe(true);
    for (const result of log.runs[0].results)
      expect(result).toMatchObject({
        level: 'note',
        suppressions: [
          {
            status: 'accepted',
            justification: expect.stringContaining('the port is not done (until 2027-01-01)'),
          },
        ],
      });
  });

  it('raises no error about a trace that is cut off because its program crashed', () => {
    const replay = sampleReplay('netguy', 'go1.26.8', 'arm64');
    const [one] = replay.divergences;
    const cut = {
      ...one!,
      class: 'malformed' as const,
      rule: 'format/truncated',
      signature: 'format/truncated~1',
    };
    const levels = (verdict: 'diverges' | 'malformed') =>
      sarif([{ ...replay, verdict, divergences: [cut] }]).runs[0].results.map(
        ({ level }: { level: string }) => level,
      );
    expect([levels('diverges'), levels('malformed')]).toEqual([['note'], ['error']]);
  });

  it('keeps to what services take: results, locations, lengths', () => {
    const replay = sampleReplay('netguy', 'go1.26.8', 'arm64');
    const [one] = replay.divergences;
    const many = Array.from({ length: 6000 }, (_, nth) => ({
      ...one!,
      signature: `rule~${nth}`,
      observed: '\u{1f600}'.repeat(5000),
    }));
    const log = sarif([{ ...replay, divergences: many }]);
    expect(log.runs[0].results).toHaveLength(5000);
    expect(log.runs[0].invocations[0].toolExecutionNotifications[0].message.text).toMatch(
      /^1000 findings were left out/,
    );
    expect(
      Math.max(
        ...log.runs[0].results.map((result: { message: { text: string } }) => result.message.text.length),
      ),
    ).toBeLessThanOrEqual(1000);
    const files = sarif(Array.from({ length: 300 }, (_, nth) => ({ ...replay, file: `${nth}.gotwin` })));
    expect(files.runs[0].results[0].locations).toHaveLength(100);
    expect(schema.safeParse(files).success).toBe(true);
  });
});
