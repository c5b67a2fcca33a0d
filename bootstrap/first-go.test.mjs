import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeEach, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-first-go-'));
const home = join(folder, 'home');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => mkdirSync(home, { recursive: true }));

const script = fileURLToPath(new URL('./first-go.mjs', import.meta.url));
const { version, sums } = JSON.parse(readFileSync(new URL('./toolchain-sums.json', import.meta.url), 'utf8'));
const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** @param {Record<string, string>} env @returns {Promise<{ code: number, stdout: string }>} */
function firstGo(env) {
  const clean = { PATH: dirname(process.execPath), HOME: home, GOENV: 'off', ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env: clean }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout });
    });
  });
}

test('without a proxy there is nowhere to get it from, and that is said', async () => {
  const { code, stdout } = await firstGo({ GOPROXY: '' });
  expect(code).toBe(1);
  expect(stdout).toContain('GOPROXY names no address');
});

test('a toolchain of another hash than the pinned one is refused, and nothing of it stays', async (context) => {
  if (sums[platform] === undefined) context.skip(`no toolchain is pinned for ${platform}`);
  const proxy = join(folder, 'proxy');
  const zip = join(proxy, 'golang.org/toolchain/@v', `v0.0.1-${version}.${platform}.zip`);
  mkdirSync(dirname(zip), { recursive: true });
  // An empty zip is one.
  writeFileSync(zip, Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]));
  const { code, stdout } = await firstGo({ GOPROXY: pathToFileURL(proxy).href });
  expect(code).toBe(1);
  expect(stdout).toContain(`is pinned at ${sums[platform]}`);
  expect(existsSync(join(home, '.cache'))).toBe(false);
});
