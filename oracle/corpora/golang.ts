/** What Go's own tree holds to test its reader with: golden tests, fuzz seeds, and traces of older formats. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assemble, goUnquote } from '../../replay/index.ts';

/** One trace of Go's own test data. */
export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What Go's own test expects: undefined where it is only that nothing crashes. */
  readonly expect: 'SUCCESS' | 'FAILURE' | undefined;
}

/** The reader was `internal/trace/v2` when it was new. */
async function testdata(goroot: string, folder: string): Promise<string> {
  const homes = ['v2/testdata', 'testdata'].map((home) => join(goroot, 'src/internal/trace', home, folder));
  for (const home of homes) {
    if ((await readdir(home).catch(() => [])).length > 0) return home;
  }
  throw new Error(`Go's tree has none of ${homes.join(' and ')}`);
}

async function samples(folder: string, make: (name: string, content: Buffer) => Sample): Promise<Sample[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => make(name, await readFile(join(folder, name)))));
}

/** Golden tests: what to expect, and a trace as text. */
export async function goldens(goroot: string): Promise<Sample[]> {
  return samples(await testdata(goroot, 'tests'), (name, content) => {
    const [, expected = '', text = ''] =
      /^-- expect --\n(\w+).*\n-- trace --\n([\s\S]*)$/.exec(content.toString()) ?? [];
    if (expected !== 'SUCCESS' && expected !== 'FAILURE') throw new Error(`${name} is no golden test`);
    return { name, bytes: assemble(text), expect: expected };
  });
}

/** Seeds of FuzzReader: broken traces, each of which once did what it should not. */
export async function seeds(goroot: string): Promise<Sample[]> {
  const folder = join(await testdata(goroot, 'fuzz'), 'FuzzReader');
  return samples(folder, (name, content) => {
    const literal = /^\[\]byte\((".*")\)$/m.exec(content.toString())?.[1] ?? '';
    const bytes = goUnquote(literal);
    if (bytes === undefined) throw new Error(`${name} is no fuzz seed`);
    return { name, bytes, expect: undefined };
  });
}

/** Traces of Go 1.11 to 1.21. */
export async function oldTraces(goroot: string): Promise<Sample[]> {
  const folder = join(goroot, 'src/internal/trace/internal/tracev1/testdata');
  return samples(folder, (name, bytes) => ({ name, bytes, expect: undefined }));
}

/** Sources of the programs that Go traces in its tests; each writes its trace to standard output. */
export async function programs(goroot: string): Promise<string[]> {
  const folder = await testdata(goroot, 'testprog');
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}
