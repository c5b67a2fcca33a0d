/** A machine without any Go, and without a home: what the main job needs comes by itself. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gotwin } from './spawned.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-from-nothing-'));
afterAll(() => {
  // Go writes its module cache read-only.
  execFileSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
});

test('gotwin check netguy gets a Go, verifies it, and conforms', async (context) => {
  if (process.env.GOTWIN_FROM_NOTHING === undefined)
    context.skip(
      'it fetches 70 MB and compiles all of the standard library: GOTWIN_FROM_NOTHING=1 asks for it',
    );
  const proxy = execFileSync('go', ['env', 'GOPROXY'], { encoding: 'utf8' }).trim();
  const hidden = ['/usr/local/go', '/usr/lib/go-1.19'].filter((dir) => existsSync(dir));
  const mounts = hidden.map((dir) => `mount -t tmpfs none ${dir} && `).join('');
  const unshare = execFileSync('which', ['unshare'], { encoding: 'utf8' }).trim();
  const home = join(folder, 'home');
  mkdirSync(home);
  const none = { GOPATH: '', GOMODCACHE: '', GOCACHE: '', XDG_CACHE_HOME: '', GOROOT: '', GOENV: '' };
  const env = { ...none, HOME: home, GOPROXY: proxy, PATH: `${dirname(process.execPath)}:/bin:/usr/sbin` };
  const { code, stdout, stderr } = await gotwin(
    ['check', 'netguy', '-d', '300ms', '--report', join(folder, 'report')],
    { env, under: [unshare, '-m', 'sh', '-c', `${mounts}exec "$@"`, 'sh'] },
  );
  expect(stderr).toContain('fetching a first Go');
  expect(stdout, stderr).toMatch(/^conforms: 1 recording, exit code 0$/m);
  expect(code).toBe(0);
  expect(existsSync(join(home, '.cache', 'gotwin', 'toolchains'))).toBe(true);
});
