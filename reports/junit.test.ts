import { describe, expect, it } from 'vitest';
import { toJUnit } from './index.ts';
import { sampleReplays } from './testdata/sample.ts';

describe('JUnit', () => {
  it('has a suite for each program, a case for each recording, a failure for each divergence', () => {
    const text = toJUnit(sampleReplays());
    expect(text).toContain('<testsuites name="gotwin" tests="8" failures="2" errors="0"');
    expect(text.match(/<testsuite /g)).toHaveLength(2);
    expect(text.match(/<testcase /g)).toHaveLength(8);
    expect(text.match(/<failure /g)).toHaveLength(3);
    expect(text).toMatch(/<failure type="malformed" message="trace\/generations: Generations follow/);
    expect(text).toMatch(/<skipped message="unobservable: The program promised 1,000 network blocks/);
    expect(text).toContain('repro: gotwin replay netguy-go1.26.8-linux-arm64.gotwin');
  });

  it('has no attribute but those that the schema of Jenkins knows', () => {
    const known: Record<string, string[]> = {
      testsuites: ['name', 'time', 'tests', 'failures', 'errors'],
      testsuite: ['name', 'tests', 'failures', 'errors', 'time', 'skipped'],
      testcase: ['name', 'time', 'classname'],
      failure: ['type', 'message'],
      skipped: ['type', 'message'],
    };
    const text = toJUnit(sampleReplays());
    const tags = [...text.matchAll(/<(\w+)((?: \w+="[^"]*")*)\/?>/g)];
    expect(new Set(tags.map(([, name]) => name))).toEqual(new Set(Object.keys(known)));
    for (const [tag, name, attributes = ''] of tags)
      for (const [, attribute] of attributes.matchAll(/ (\w+)="[^"]*"/g))
        expect(known[name as string], tag).toContain(attribute);
    expect(text.match(/<testsuite [^>]* skipped="1"/g)).toHaveLength(1);
  });

  it('has a case for each cell of a matrix without a recording: skipped with the reason, an error where it should have one', () => {
    const [replay] = sampleReplays({ clean: true });
    if (!replay) throw new Error('no sample');
    const place = { program: 'hello', go: 'go1.26.8', arch: 'arm64', setting: 'race' };
    const text = toJUnit(
      [replay],
      [
        { ...place, program: replay.program, state: 'conforms', why: '', replay },
        { ...place, state: 'left out', why: 'no emulator <here>' },
        { ...place, setting: '', state: 'failed', why: 'it does not build' },
      ],
    );
    expect(text).toContain('<testsuites name="gotwin" tests="3" failures="0" errors="1"');
    expect(text).toMatch(
      /<testsuite name="hello" tests="2" failures="0" errors="1" time="0.000" skipped="1">/,
    );
    expect(text).toContain(
      'name="arm64 go1.26.8 race" time="0.000">\n      <skipped message="left out: no emulator &#60;here&#62;"/>',
    );
    expect(text).toContain('<error type="failed" message="failed: it does not build"/>');
  });

  it('fails a recording that is malformed without a divergence', () => {
    const [first] = sampleReplays({ clean: true });
    if (!first) throw new Error('no sample');
    const text = toJUnit([{ ...first, verdict: 'malformed', why: 'truncated <here>' }]);
    expect(text).toContain('<failure type="malformed" message="truncated &#60;here&#62;"/>');
  });

  it('stays well-formed whatever the strings are', () => {
    const text = toJUnit(sampleReplays({ hostile: true }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML allows none of these.
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    const tags = text.replace(/"[^"<]*"/g, '""').match(/<[^>]*>/g) ?? [];
    const names = new Set(tags.map((tag) => tag.replace(/[<>/?]/g, '').split(' ')[0]));
    expect([...names].sort()).toEqual(['failure', 'skipped', 'testcase', 'testsuite', 'testsuites', 'xml']);
    expect(text.replace(/&#\d+;/g, '')).not.toContain('&');
  });
});
