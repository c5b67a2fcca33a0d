/** A program built with and without the probe, ready to run as each variant. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildProgram,
  createWindow,
  goArch,
  PROBE_VARIABLE,
  type ProgramTarget,
  resolveTarget,
  type Toolchain,
} from '../../collector/index.ts';
import { BENCH } from '../programs.ts';

/** none: an ordinary build; off: with the probe, and no file for it; ring and linear: its two modes. */
export const VARIANTS = ['none', 'off', 'ring', 'linear'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface Prepared {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** To be called when the program has ended. */
  readonly done: () => Promise<void>;
}

/** Room for all that the programs do: what is beyond a window costs less than what is written. */
const LINEAR_RECORDS = 1 << 24;

export async function buildVariants(name: string, toolchain: Toolchain, folder: string) {
  const target = (await resolveTarget(join(BENCH, 'probe', name))) as ProgramTarget;
  const binaryWith = async (probe: boolean) => {
    const workDir = join(folder, probe ? 'with' : 'without');
    mkdirSync(workDir, { recursive: true });
    const request = { target, toolchain, goarch: goArch(), workDir, trace: false, probe };
    return (await buildProgram(request)).binary;
  };
  const [plain, probed] = [await binaryWith(false), await binaryWith(true)];
  return {
    async prepare(variant: Variant): Promise<Prepared> {
      if (variant === 'none' || variant === 'off') {
        return { command: variant === 'none' ? plain : probed, env: {}, done: async () => {} };
      }
      const options = { mode: variant, window: variant === 'linear' ? LINEAR_RECORDS : undefined };
      const window = await createWindow(options, goArch(), join(folder, 'records'));
      return { command: probed, env: { [PROBE_VARIABLE]: window.file }, done: window.discard };
    },
  };
}
