import { beforeAll, describe, expect, it } from 'vitest';
import { installToolchain, TEXT_ONLY } from '../collector/index.ts';
import { findCitation } from './citations.ts';
import { goroot, RELEASES } from './decode/testdata/record.ts';
import type { Citation } from './result.ts';
import { citedByText } from './text/cited.ts';
import { minorOf } from './text/release.ts';

async function missingIn(root: string, go: string): Promise<string[]> {
  const missing: string[] = [];
  for (const { row, cite } of citedByText(minorOf(`go${go}`))) {
    if (!(await findCitation(root, cite)))
      missing.push(`${row}: ${cite.file} ${cite.func}: ${cite.statement}`);
  }
  return missing;
}

/** By default three releases are looked at; GOTWIN_OLD_GO=all looks at all, any other value at those that it lists. */
const wanted = process.env.GOTWIN_OLD_GO ?? '1.9.7,1.16.15,1.21.13';
const older = Object.values(TEXT_ONLY)
  .map((version) => version.slice(2))
  .filter((go) => wanted === 'all' || wanted.split(',').includes(go));

it.each(older)('the source of Go %s holds what the rules about its text cite, in its words', async (go) => {
  const { goroot: root } = await installToolchain(go);
  expect(citedByText(minorOf(`go${go}`)).length).toBeGreaterThan(100);
  expect(await missingIn(root, go)).toEqual([]);
});

describe.each(RELEASES)('the source of Go $go', ({ go }) => {
  let root: string;
  beforeAll(async () => {
    root = await goroot(go);
  });

  it('holds every statement that the rows about its text cite', async () => {
    expect(await missingIn(root, go)).toEqual([]);
  });

  it('does not hold a statement in another function, file or wording', async () => {
    const real: Citation = {
      file: 'runtime/proc.go',
      func: 'allgadd',
      statement: 'allgs   =  append(allgs, gp)',
    };
    expect(await findCitation(root, real)).toBe(true);
    for (const planted of [
      { ...real, func: 'execute' },
      { ...real, func: 'allgad' },
      { ...real, file: 'runtime/mgc.go' },
      { ...real, file: 'runtime/none.go' },
      { ...real, statement: 'allgs = append(allgs, mp)' },
      { ...real, statement: '' },
    ]) {
      expect(await findCitation(root, planted), JSON.stringify(planted)).toBe(false);
    }
  });

  it('is searched by method, constant and assembly symbol too', async () => {
    const places: Citation[] = [
      { file: 'runtime/proc.go', func: '(*p).destroy', statement: 'pp.status = _Pdead' },
      { file: 'runtime/proc.go', func: '(*p) destroy', statement: 'pp.status = _Pdead' },
      { file: 'runtime/runtime2.go', func: 'const', statement: '_Grunnable // 1' },
      { file: 'runtime/runtime2.go', func: 'var', statement: 'waitReasonSelect: "select"' },
      { file: 'runtime/asm_amd64.s', func: 'goexit', statement: 'CALL runtime·goexit1(SB)' },
    ];
    for (const place of places) expect(await findCitation(root, place), place.func).toBe(true);
  });
});
