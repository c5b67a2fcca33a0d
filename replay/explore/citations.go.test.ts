import { expect, test } from 'vitest';
import { findCitation } from '../citations.ts';
import { goroot } from '../decode/testdata/record.ts';
import { HISTORIES } from './index.ts';
import { PACES } from './paces.ts';
import { citationsOf } from './program.ts';

const variants = HISTORIES.flatMap((history) =>
  history.variants.map((variant) => ({ variant, name: `${history.name}, ${variant.name}` })),
);

test.each(variants)(
  'every statement of $name that is said to be of Go 1.26 stands there',
  async ({ variant }) => {
    const root = await goroot('1.26.8');
    const cited = citationsOf(variant.world().programs);
    const missing: string[] = [];
    for (const citation of cited)
      if (!(await findCitation(root, citation))) missing.push(`${citation.func}: ${citation.statement}`);
    expect(missing).toEqual([]);
    if (variant.today) expect(cited.length).toBeGreaterThan(0);
  },
);

test('what the length of a delay rests on stands in the source of every release that a fault was tried with', async () => {
  const releases = ['1.22.12', '1.23.12', '1.24.9', '1.25.4', '1.26.8'];
  for (const release of releases)
    for (const citation of PACES.flatMap(({ cite }) => cite))
      expect(await findCitation(await goroot(release), citation), `${release}: ${citation.statement}`).toBe(
        true,
      );
});
