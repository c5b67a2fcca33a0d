import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assetPath } from '../../go-fixtures/index.ts';
import { openTrace } from '../decode/index.ts';
import { releaseOf } from '../model/index.ts';
import { mutantsOf, type RealTrace } from '../mutate/mutants.ts';
import { smallTrace } from '../mutate/small-trace.ts';
import { Orderer } from '../order/index.ts';
import { Judge } from './index.ts';

const bytes = new Uint8Array(readFileSync(assetPath('tests/testdata/busy.trace')));
const busy: RealTrace = { name: 'busy.trace', bytes, go: '' };
const SEED = 7;

const SILENT = { single: () => undefined, gomaxprocs: () => undefined };

/** The judge after a trace. Where nothing is reused the columns are copies, and the lane is closed. */
async function judged(trace: Uint8Array, reuse: boolean): Promise<Judge> {
  const reader = await openTrace(trace, { reuse });
  const { release, exact } = releaseOf('', reader.version);
  const judge = new Judge(release, SILENT, { exact });
  const orderer = new Orderer({ reuse });
  for await (const generation of reader.generations()) judge.judge(orderer.order(generation));
  return judge;
}

/** All that a judge comes to, as text: what is compared is long. */
function said({ events, findings, tally, world, changes }: Judge): string {
  const { goroutines, procs, threads } = world;
  const frame = { start: 0, end: 1e9, resolution: 1e6 };
  return JSON.stringify({
    events,
    found: findings.found,
    count: findings.count,
    rows: tally.rows(),
    seen: [goroutines.seen, procs.seen, threads.seen, world.procsRunning],
    ids: [...goroutines.ids],
    changes: [...changes.goroutines.counts(goroutines.ids.length)],
    shown: changes.procs.longest(
      Uint16Array.from(procs.ids, (_, serial) => serial),
      procs.ids.length,
      frame,
    ),
  });
}

test('the lane takes most events of a sound trace, and comes to what the judge comes to without it', async () => {
  const [withLane, without] = [await judged(bytes, true), await judged(bytes, false)];
  expect(without.inLane).toBe(0);
  expect(withLane.inLane).toBeGreaterThan(0.8 * withLane.events);
  expect(said(withLane)).toBe(said(without));
});

test(`what is wrong with a trace is the same with the lane and without, in mutants of seed ${SEED}`, async () => {
  let objections = 0;
  for (const { bytes: mutant, kind, what } of mutantsOf([busy], { seed: SEED, count: 1 })) {
    const [withLane, without] = [await judged(mutant, true), await judged(mutant, false)];
    expect(said(withLane), `${kind}: ${what}`).toBe(said(without));
    objections += without.findings.count;
  }
  expect(objections).toBeGreaterThan(0);
});

test('until 1.25 only what is preempted has no stack, and the lane, which knows the reason by then, asks it too', async () => {
  const trace = smallTrace(
    25,
    `M1 ProcStatus p=0 pstatus=running
     M1 GoStatus g=1 gstatus=running
     M1 GoBlock reason_string=select stack=runtime.selectgo
     -  GoStatus g=2 gstatus=runnable
     M1 GoStart g=2
     M1 GoBlock reason_string=preempted
     -  GoStatus g=3 gstatus=runnable
     M1 GoStart g=3
     M1 GoBlock reason_string=select`,
  );
  for (const reuse of [true, false]) {
    const { findings } = await judged(trace, reuse);
    expect(findings.found.map(({ rule }) => rule)).toEqual(['blocking/reason-fits-stack']);
  }
});
