import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { installToolchain } from '../../collector/index.ts';
import { judgeBuild } from '../../replay/index.ts';
import { generateProgram } from './generate.ts';
import { Linker } from './link.ts';

const dir = mkdtempSync(join(tmpdir(), 'gotwin-random-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A few seeds of what `npm run nosplit-corpus` does with hundreds. */
const SEEDS = Array.from({ length: 12 }, (_, nth) => nth + 1);

describe('random programs', () => {
  test('are the same for the same seed', () => {
    expect(generateProgram(7, 3)).toBe(generateProgram(7, 3));
    expect(generateProgram(7, 3)).not.toBe(generateProgram(8, 3));
  });

  test.each(['amd64', 'arm64'])(
    'have the verdict and the text of the linker, from either feed, on %s',
    async (goarch) => {
      const setting = { toolchain: await installToolchain('1.26'), goarch, unoptimised: false, race: false };
      const linker = await Linker.open(setting, join(dir, goarch));
      const verdicts = new Set<string>();
      for (const seed of SEEDS) {
        const evidence = await linker.link(generateProgram(seed, 2));
        const facts = { go: setting.toolchain.version, goarch, goos: 'linux', race: false, flags: [] };
        const { result } = judgeBuild(evidence, facts);
        const again = `npm run nosplit-corpus -- --arch ${goarch} --seed ${seed} --cases 2 --programs 1`;
        expect(result, again).toMatchObject({ equal: true, feeds: { equal: true, differ: [] } });
        verdicts.add(result.model.verdict);
      }
      expect([...verdicts].sort()).toEqual(['ok', 'overflow']);
    },
  );
});
