#!/usr/bin/env node
import { exitOfSignal } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { runCommandLine } from './run.ts';
import { Sink } from './terminal.ts';

const out = new Sink(process.stdout);
const err = new Sink(process.stderr);
const signal = interruptible(process, (name) => process.exit(exitOfSignal(name)));
const code = await runCommandLine(process.argv.slice(2), { out, err, env: process.env, signal });
await Promise.all([out.flush(), err.flush()]);
// A pipe or a timer that something forgot must not keep a finished command alive.
process.exit(code);
