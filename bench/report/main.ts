/** `npm run report-speed`: how fast a report opens, draws, searches and zooms in Chromium. README.md in the folder above. */
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import { findChromium, launch, NO_CHROMIUM } from '../../reports/testdata/chromium.ts';
import { makeTrace } from '../make.ts';
import { buildPrograms, type Programs, ROOT } from '../programs.ts';
import { type Spread, spreadOf } from '../ratios.ts';
import { table } from '../table.ts';
import type { TraceSpec } from '../traces.ts';
import { type Figures, visit } from './visit.ts';

const HELP = `npm run report-speed -- [OPTIONS]

Opens reports in Chromium, each time with a fresh profile: one of ten recordings of
100,000 events, and one of a recording of 9 million.

  --runs N     visits of each (default: 5)
  --help       this text
`;

interface Case {
  readonly name: string;
  readonly trace: TraceSpec;
  /** Recordings in the report: as many copies of the trace. */
  readonly copies: number;
  /** Milliseconds within which it should be open. */
  readonly goal: number;
}

const CASES: readonly Case[] = [
  { name: '10 of 100,000', trace: traceOf('report-small', 0.6e6, 0.25), copies: 10, goal: 1000 },
  { name: '1 of 9 million', trace: traceOf('report-large', 47e6, 0.1), copies: 1, goal: 3000 },
];

function traceOf(name: string, bytes: number, within: number): TraceSpec {
  return { name, what: 'all kinds of work', workload: 'mixed', bytes, within, profile: true };
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const print = (text: string) => process.stdout.write(`${text}\n`);

interface Made {
  readonly address: string;
  readonly bytes: number;
  readonly events: number;
  readonly seconds: number;
}

async function makeReport({ trace, copies, name }: Case, programs: Programs, folder: string): Promise<Made> {
  const { path } = await makeTrace(trace, { programs, specs: [trace], say });
  const files = Array.from({ length: copies }, (_, i) => join(folder, `${trace.name}-${i + 1}.trace`));
  for (const file of files) copyFileSync(path, file);
  const out = join(folder, trace.name);
  const startedAt = performance.now();
  const command = [join(ROOT, 'dist/bin/main.js'), 'report', ...files, '-o', out, '--json'];
  const { stdout } = await execa(process.execPath, command, { maxBuffer: 1 << 30 });
  const seconds = (performance.now() - startedAt) / 1000;
  const recordings = JSON.parse(stdout).recordings as { events: number }[];
  const page = join(out, 'index.html');
  say(`${name}: made in ${seconds.toFixed(1)} s`);
  const events = recordings.reduce((sum, recording) => sum + recording.events, 0);
  return { address: pathToFileURL(page).href, bytes: statSync(page).size, events, seconds };
}

async function measure(browser: Browser, made: readonly Made[], runs: number): Promise<Figures[][]> {
  const figures: Figures[][] = made.map(() => []);
  // In turns, so that what slows the machine for a while slows all.
  for (let run = 0; run < runs; run++)
    for (const [i, { address }] of made.entries()) figures[i]?.push(await visit(browser, address));
  return figures;
}

function tell(made: readonly Made[], figures: readonly Figures[][]): void {
  const rows = CASES.map(({ name, goal }, i) => {
    const { bytes, events } = made[i] as Made;
    const spread = (of: (one: Figures) => number) => spreadOf((figures[i] ?? []).map(of));
    const open = spread((one) => one.open);
    return [
      name,
      events.toLocaleString('en-US'),
      (bytes / 1e6).toFixed(1),
      milliseconds(open),
      milliseconds(spread((one) => one.firstPaint)),
      milliseconds(spread((one) => one.search)),
      milliseconds(spread((one) => one.recording)),
      milliseconds(spread((one) => one.zoom)),
      `open in ${goal} ms: ${open.median <= goal ? 'met' : 'MISSED'}`,
    ];
  });
  const head = ['report', 'events', 'MB', 'open', 'first paint', 'search', 'recording', 'zoom', 'goal'];
  print(`\nMilliseconds, medians of ${figures[0]?.length} visits, least and most in brackets:\n`);
  print(table(head, rows));
}

const milliseconds = ({ median, min, max }: Spread) =>
  `${median.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`;

async function bench(runs: number): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(NO_CHROMIUM);
  const programs = await buildPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'gotwin-report-speed-'));
  try {
    const made: Made[] = [];
    for (const one of CASES) made.push(await makeReport(one, programs, folder));
    const browser = await launch(chromium);
    try {
      say(`chromium ${browser.version()}, node ${process.version}`);
      tell(made, await measure(browser, made, runs));
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '5' }, help: { type: 'boolean', default: false } },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a whole number, not ${values.runs}`);
  if (values.help) print(HELP);
  else await bench(runs);
} catch (error) {
  say(`report-speed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
