/** `npm run cost`: what the layer probe costs a program. README.md in the folder above says how to read it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { installToolchain, type Toolchain } from '../../collector/index.ts';
import { BENCH, launch, type Usage } from '../programs.ts';
import { spreadOf } from '../ratios.ts';
import { ratioText, table } from '../table.ts';
import { buildVariants, VARIANTS, type Variant } from './variants.ts';

const HELP = `npm run cost -- [OPTIONS]

Measures programs without the probe, with it built in but off, and with it on.

  --go X.Y     release of Go (default: 1.26)
  --runs N     runs of each, in turns (default: 7)
  --help       this text
`;

/** Each does the same work in every run. */
const PROGRAMS = [
  { name: 'pingpong', args: ['-n', '1000000'], work: 1_000_000, unit: 'round trip' },
  { name: 'echo', args: ['-n', '12500'], work: 100_000, unit: 'message' },
] as const;

const print = (text: string) => process.stdout.write(`${text}\n`);

async function cost(toolchain: Toolchain, runs: number, folder: string): Promise<void> {
  const launcher = join(folder, 'launch');
  await execa(toolchain.go, ['build', '-o', launcher, '.'], { cwd: join(BENCH, 'launch') });
  print(`${toolchain.version}, ${runs} runs of each in turns; medians, least and most in brackets\n`);
  const rows: string[][] = [];
  for (const program of PROGRAMS) {
    const built = await buildVariants(program.name, toolchain, join(folder, program.name));
    const measured = new Map<Variant, Usage[]>(VARIANTS.map((variant) => [variant, []]));
    for (let run = 0; run < runs; run++) {
      // Who comes first changes: what runs next may find the machine warmer, or hotter.
      for (let i = 0; i < VARIANTS.length; i++) {
        const variant = VARIANTS[(run + i) % VARIANTS.length]!;
        const { command, env, done } = await built.prepare(variant);
        measured.get(variant)!.push(await launch({ launch: launcher }, [command, ...program.args], env));
        await done();
      }
    }
    for (const variant of VARIANTS) rows.push(rowOf(program, variant, measured));
  }
  print(
    table(
      ['program', 'probe', 'ns each', 'time, to that without', 'user+system CPU, to that without', 'unit'],
      rows,
    ),
  );
}

function rowOf(
  { name, work, unit }: (typeof PROGRAMS)[number],
  variant: Variant,
  measured: ReadonlyMap<Variant, readonly Usage[]>,
): string[] {
  const here = measured.get(variant)!;
  const plain = measured.get('none')!;
  const ratio = (figure: (usage: Usage) => number) =>
    spreadOf(here.map((usage, run) => figure(usage) / figure(plain[run]!)));
  const each = spreadOf(here.map(({ wall }) => (wall * 1e9) / work));
  return [
    name,
    variant,
    each.median.toFixed(0),
    ratioText(ratio(({ wall }) => wall)),
    ratioText(ratio(({ user, system }) => user + system)),
    unit,
  ];
}

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: '1.26' },
    runs: { type: 'string', default: '7' },
    help: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'gotwin-cost-'));
try {
  if (values.help) print(HELP);
  else await cost(await installToolchain(values.go), Math.max(1, Number(values.runs)), folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
