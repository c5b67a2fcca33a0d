import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-unwatched-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function lostOn(platform: NodeJS.Platform, watched: boolean) {
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
  const command = [process.execPath, '-e', '0'];
  const file = (name: string) => join(folder, name.replaceAll('/', '-'));
  const request = { command, cwd: folder, env: {}, file, added: false, isTraced: false, watched };
  return (await run({ ...request, timeLimitMs: 60_000 })).lost;
}

test('a recording made elsewhere than on Linux says that nobody watched its process', async () => {
  expect(await lostOn('darwin', true)).toEqual([
    { what: expect.stringMatching(/^os\/samples: .* not watched: .* this is darwin$/), bytes: 0 },
  ]);
  expect(await lostOn('darwin', false), 'a layer that nobody asked for').toEqual([]);
});
