import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readOverlay } from './users-overlay.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin overlay '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('paths are those of the folder that is built in, and of the toolchain as it is reached', async () => {
  const goroot = join(folder, 'go');
  mkdirSync(join(goroot, 'src'), { recursive: true });
  const linked = join(folder, 'linked');
  symlinkSync(goroot, linked);
  const Replace = { 'main.go': 'other.go', 'gone.go': '', [join(goroot, 'src', 'a.go')]: '/b.go' };
  writeFileSync(join(folder, 'overlay.json'), JSON.stringify({ Replace }));
  expect(Object.fromEntries(await readOverlay('overlay.json', folder, { goroot: linked }))).toEqual({
    [join(folder, 'main.go')]: join(folder, 'other.go'),
    [join(folder, 'gone.go')]: '',
    [join(linked, 'src', 'a.go')]: '/b.go',
  });
});

test.each([['{"Replace": 1}'], ['not JSON'], ['']])(
  'what is no overlay is refused by its name: %s',
  async (text) => {
    writeFileSync(join(folder, 'bad.json'), text);
    await expect(readOverlay('bad.json', folder, { goroot: folder })).rejects.toThrow(
      expect.objectContaining({
        code: 'does-not-compile',
        message: expect.stringContaining('bad.json is no overlay'),
      }),
    );
  },
);
