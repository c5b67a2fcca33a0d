/** `npm run probe-reading`: how fast a recording of the layer probe is replayed, and in how much memory. README.md in the folder above. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { record } from '../../collector/index.ts';
import { replayFile } from '../../replay/index.ts';
import { BENCH, launch, ROOT, type Usage } from '../programs.ts';
import { spreadOf } from '../ratios.ts';
import { ratioText, table } from '../table.ts';

const HELP = `npm run probe-reading -- [OPTIONS]

Replays a short and a long recording of the layer probe in processes of their own, in turns.

  --go X.Y     release of Go (default: 1.26)
  --runs N     runs of each (default: 5)
  --help       this text
`;

/** Messages that the program echoes. */
const LENGTHS = { short: 2_500, long: 15_000 } as const;
type Length = keyof typeof LENGTHS;
/** 768 MiB of records: more than the long one needs. */
const WINDOW = 1 << 24;

const print = (text: string) => process.stdout.write(`${text}\n`);

async function reading(goVersion: string, runs: number, folder: string): Promise<void> {
  const launcher = join(folder, 'launch');
  await execa('go', ['build', '-o', launcher, '.'], { cwd: join(BENCH, 'launch') });
  const recordings = { short: '', long: '' };
  const records = { short: 0, long: 0 };
  for (const length of Object.keys(LENGTHS) as Length[]) {
    recordings[length] = join(folder, `${length}.gotwin`);
    await record({
      target: join(BENCH, 'probe', 'echo'),
      goVersion,
      outFile: recordings[length],
      args: ['-n', String(LENGTHS[length])],
      layers: ['probe'],
      probe: { window: WINDOW },
      // On a busy machine it takes its time.
      timeLimitMs: 600_000,
    });
    records[length] = (await replayFile(recordings[length])).probe?.records ?? 0;
  }
  const used: Record<Length, Usage[]> = { short: [], long: [] };
  const command = (file: string) => [process.execPath, join(ROOT, 'dist/bin/main.js'), 'replay', file, '-q'];
  for (let run = 0; run < runs; run++) {
    for (const length of run % 2 === 0 ? (['short', 'long'] as const) : (['long', 'short'] as const))
      used[length].push(await launch({ launch: launcher }, command(recordings[length])));
  }
  tell(records, used);
}

function tell(records: Readonly<Record<Length, number>>, used: Readonly<Record<Length, Usage[]>>): void {
  const rows = (Object.keys(records) as Length[]).map((length) => [
    length,
    records[length].toLocaleString('en-US'),
    ratioText(spreadOf(used[length].map(({ user, system }) => user + system))),
    ratioText(spreadOf(used[length].map(({ user, system }) => records[length] / 1e6 / (user + system)))),
    ratioText(spreadOf(used[length].map(({ peak }) => peak / 2 ** 20))),
  ]);
  print(table(['recording', 'records', 'CPU s', 'M records/s of CPU', 'peak MiB'], rows));
  const more = (records.long - records.short) / 1e6;
  const beyond = used.long.map(
    (long, run) => more / (long.user + long.system - used.short[run]!.user - used.short[run]!.system),
  );
  print(
    `\nwithout start-up, by what the long one has more: ${ratioText(spreadOf(beyond))} M records/s of CPU`,
  );
}

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: '1.26' },
    runs: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'gotwin-probe-reading-'));
try {
  if (values.help) print(HELP);
  else await reading(values.go, Math.max(1, Number(values.runs)), folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
