import { describe, expect, test } from 'vitest';
import type { Manifest } from '../collector/index.ts';
import type { Divergence } from './result.ts';
import { type Found, verdictOf } from './verdict.ts';

const exited: Manifest['exit'] = { code: 0, signal: '', reason: 'exited', ladder: [] };

function manifest(exit: Partial<Manifest['exit']>): Manifest {
  const toolchain = { version: 'go1.26.8' };
  return { program: { kind: 'fixture' }, toolchain, exit: { ...exited, ...exit } } as Manifest;
}

function found(change: Partial<Found>): Found {
  const coverage = { rows: [], observed: 0, unobserved: 0, promises: [] };
  const lost = { bytes: 0, events: 0, notes: [] };
  return {
    events: 1000,
    records: 0,
    modelled: true,
    divergences: [],
    lost,
    coverage,
    manifest: manifest({}),
    ...change,
  };
}

const divergence = (rule: string, of: Divergence['class']): Divergence =>
  ({ rule, class: of, text: 'a rule', observed: 'what was seen' }) as Divergence;

describe('a replay conforms only when', () => {
  const verdict = (change: Partial<Found>) => verdictOf(found(change))[0];

  test('something was shown and nothing stands against it', () => {
    expect(verdict({})).toBe('conforms');
    expect(verdict({ events: 0 })).toBe('unobservable');
  });

  test("what was built with a tree of the user's own is not said of the release", () => {
    const why = (release: string, changed: string[]) => {
      const ran = manifest({});
      const tree = { runtimeHash: '', release, changed };
      return verdictOf(found({ manifest: { ...ran, toolchain: { ...ran.toolchain, tree } } }))[1];
    };
    expect(why('', [])).toMatch(/with a Go tree of the user's own$/);
    expect(why('go1.26.8', [])).toMatch(/with a copy of go1\.26\.8$/);
    expect(why('go1.26.8', ['runtime/chan.go'])).toMatch(/whose runtime is changed \(runtime\/chan\.go\)$/);
    expect(why('go1.26.8', ['a', 'b', 'c', 'd'])).toMatch(/\(4 files\)$/);
  });

  test('the program ended well; if not, what the runtime said of it stands with the verdict', () => {
    const [, why] = verdictOf(found({ manifest: manifest({ code: 2 }), died: 'panic: boom' }));
    expect(why).toContain('(exit 2, panic: boom)');
  });

  test('there is a model of the release', () => {
    expect(verdictOf(found({ modelled: false }))).toEqual([
      'unobservable',
      expect.stringContaining('no model of the runtime before Go 1.22 yet'),
    ]);
  });

  test('the program ended well, or was a server that was stopped when it was to be', () => {
    expect(verdict({ manifest: manifest({ code: 2 }) })).toBe('inconclusive');
    expect(verdict({ manifest: manifest({ code: -1, signal: 'SIGSEGV', reason: 'signalled' }) })).toBe(
      'inconclusive',
    );
    expect(verdict({ manifest: manifest({ reason: 'stopped', ladder: ['SIGTERM'] }) })).toBe('conforms');
    expect(verdict({ manifest: manifest({ reason: 'stopped', ladder: ['SIGTERM', 'SIGQUIT'] }) })).toBe(
      'inconclusive',
    );
    expect(verdict({ manifest: manifest({ reason: 'time-limit', ladder: ['SIGTERM'] }) })).toBe(
      'inconclusive',
    );
    expect(verdict({ manifest: manifest({ reason: 'interrupted', ladder: ['SIGTERM'] }) })).toBe(
      'inconclusive',
    );
  });

  test('the run reached what its fixture is for', () => {
    const promise = { row: 'goroutine/park', facet: 'network', atLeast: 1000, seen: 999 };
    const coverage = { rows: [], observed: 0, unobserved: 0, promises: [promise] };
    expect(verdictOf(found({ coverage }))).toEqual([
      'unobservable',
      'the run did not reach what it is for: goroutine/park (network) 999 of 1000',
    ]);
    expect(verdict({ coverage: { ...coverage, promises: [{ ...promise, seen: 1000 }] } })).toBe('conforms');
  });
});

describe('what stands against a run is weighed:', () => {
  const verdict = (change: Partial<Found>) => verdictOf(found(change))[0];

  test('damage comes before what may follow from it', () => {
    const both = [divergence('goroutine/start', 'diverges'), divergence('format/unknown-event', 'malformed')];
    expect(verdict({ divergences: both })).toBe('malformed');
    expect(verdict({ divergences: both.slice(0, 1) })).toBe('diverges');
  });

  test('a trace that ends in the middle is nobody’s fault when its program was killed', () => {
    const divergences = [divergence('format/truncated', 'malformed')];
    expect(verdict({ divergences })).toBe('malformed');
    expect(verdict({ divergences, manifest: undefined })).toBe('malformed');
    const killed = manifest({ code: -1, signal: 'SIGKILL', reason: 'signalled' });
    expect(verdict({ divergences, manifest: killed })).toBe('inconclusive');
  });

  test('a crash or a hang hides nothing that was found before it', () => {
    const both = [divergence('format/truncated', 'malformed'), divergence('stw/holder-runs', 'diverges')];
    const crashed = manifest({ code: 2 });
    const hung = manifest({
      reason: 'time-limit',
      ladder: ['SIGTERM', 'SIGQUIT', 'SIGKILL'],
      signal: 'SIGKILL',
    });
    for (const how of [crashed, hung]) expect(verdict({ divergences: both, manifest: how })).toBe('diverges');
    expect(verdictOf(found({ divergences: both, manifest: crashed }))[1]).toMatch(
      /^stw\/holder-runs: .*exit 2$/,
    );
  });
});
