/** `node reading.js TRACE WORKERS`: reads a trace as a program that imports Gotwin does, and prints how long that took. */
import { mapGenerations } from '../replay/parallel/index.ts';
import { startWorkers } from '../replay/parallel/thread.ts';

/** What it prints. */
export interface Reading {
  readonly events: number;
  /** Seconds from the call to the last value: the process had begun, and its modules were there. */
  readonly wall: number;
}

const [path = '', words = '1'] = process.argv.slice(2);
const workers = Number(words);
// As `gotwin events` does before it reads its command line.
startWorkers(workers - 1);
// What the reader of a single thread needs is loaded when it is first wanted.
await Promise.all([import('../replay/open.ts'), import('../replay/order/index.ts')]);
const task = new URL('../cli/event-counts.js', import.meta.url);
const began = performance.now();
let events = 0;
for await (const part of mapGenerations<{ events: number }, object>(path, task, { workers, settings: {} }))
  events += part.events;
const reading: Reading = { events, wall: (performance.now() - began) / 1000 };
process.stdout.write(`${JSON.stringify(reading)}\n`, () => process.exit(0));
