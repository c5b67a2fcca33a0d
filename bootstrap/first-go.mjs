/**
 * `node first-go.mjs`: the pinned Go toolchain, for the collector on a machine that has no `go`. The last line of
 * stdout is its GOROOT; with exit code 1 it says why there is none. A process of its own, since what the bootstrap
 * does with signals is for processes that are its own.
 */
import { pinnedToolchain } from './go.mjs';

const root = await pinnedToolchain();
if (root === undefined) process.exitCode = 1;
else process.stdout.write(`${root}\n`);
