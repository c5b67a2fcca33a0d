import { describe, expect, test } from 'vitest';
import { findCitation } from '../citations.ts';
import { goroot, RELEASES } from '../decode/testdata/record.ts';
import type { Citation } from '../result.ts';
import {
  fineModelOf,
  giversOf,
  invariantsOf,
  layersModelOf,
  modelOf,
  releaseOf,
  systemModelOf,
  tracerDefectsOf,
  WAKERS,
} from './index.ts';
import { nosplitRulesOf } from './nosplit/index.ts';
import { at } from './row.ts';

async function missing(
  root: string,
  rows: readonly { readonly id: string; readonly cite: readonly Citation[] }[],
): Promise<string[]> {
  const lost: string[] = [];
  for (const { id, cite } of rows)
    for (const citation of cite)
      if (!(await findCitation(root, citation)))
        lost.push(`${id}: ${citation.file} ${citation.func}: ${citation.statement}`);
  return lost;
}

describe('every row and invariant cites a statement that stands in the source', () => {
  test.each(RELEASES.map(({ go }) => go))('of Go %s', async (go) => {
    const root = await goroot(go);
    const { release } = releaseOf(`go${go}`, 0);
    const rows = [
      ...modelOf(release),
      ...Object.values(invariantsOf(release)),
      ...Object.values(giversOf(release))
        .flat()
        .map(({ func, cite }) => ({ id: `blocking/reason-fits-stack ${func}`, cite })),
      ...WAKERS.map(({ func, cite }) => ({ id: `blocking/waker-ends-wait ${func}`, cite })),
      ...fineModelOf(release),
      ...layersModelOf(release),
      ...systemModelOf(release),
      ...tracerDefectsOf(release).map(({ on, cite }) => ({ id: `a defect of ${on}`, cite })),
      ...nosplitRulesOf(release),
    ];
    expect(await missing(root, rows)).toEqual([]);
    expect(rows.length).toBeGreaterThan(100);
  });

  test("of Go 1.9's linker", async () => {
    const root = await goroot('1.9.7');
    const rules = nosplitRulesOf('go1.9');
    expect(await missing(root, rules)).toEqual([]);
    expect(rules.map(({ id }) => id)).toEqual(nosplitRulesOf('go1.22').map(({ id }) => id));
  });

  test('a statement that Go does not hold is noticed', async () => {
    const root = await goroot('1.26.8');
    expect(await findCitation(root, at('proc.go', 'execute', 'casgstatus(gp, _Grunnable, _Grunning)'))).toBe(
      true,
    );
    expect(await findCitation(root, at('proc.go', 'execute', 'casgstatus(gp, _Gwaiting, _Grunning)'))).toBe(
      false,
    );
    expect(await findCitation(root, at('proc.go', 'levitate', 'casgstatus(gp, _Grunnable, _Grunning)'))).toBe(
      false,
    );
    expect(await findCitation(root, at('no-such-file.go', 'execute', 'x'))).toBe(false);
  });
});
