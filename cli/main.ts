#!/usr/bin/env node
import { startEarly } from './early.ts';
import { exitOfSignal } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { Sink } from './terminal.ts';

const out = new Sink(process.stdout);
const err = new Sink(process.stderr);
const signal = interruptible(process, (name) => process.exit(exitOfSignal(name)));
const argv = process.argv.slice(2);
await startEarly(argv);
const { runCommandLine } = await import('./run.ts');
const code = await runCommandLine(argv, { out, err, env: process.env, signal });
await Promise.all([out.flush(), err.flush()]);
// A pipe or a timer that something forgot must not keep a finished command alive.
process.exit(code);
