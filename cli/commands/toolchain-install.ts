import { installToolchain, KNOWN_GOOD, type Toolchain } from '../../collector/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import { columns } from '../columns.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { runSteps } from '../progress.ts';

export async function run(call: Call): Promise<number> {
  const installed = await installToolchains(call.operands, call);
  if (call.options.json) {
    const toolchains = installed.map(({ version, goroot, from }) => ({ version, goroot, from }));
    await printDocument({ schema: RESULT_SCHEMA, toolchains, available: KNOWN_GOOD }, call);
  } else {
    await call.terminal.out.line(
      columns(installed.map(({ version, goroot }) => [version, goroot])).join('\n'),
    );
  }
  return EXIT.conforms;
}

/** Toolchains for versions as users write them, in that order. Throws ToolchainError. */
export async function installToolchains(versions: readonly string[], call: Call): Promise<Toolchain[]> {
  const installed: Toolchain[] = [];
  const steps = versions.map((version) => ({
    title: `Go ${version}`,
    work: async (note: (text: string) => void) => {
      const toolchain = await installToolchain(version, { signal: call.signal, onProgress: note });
      installed.push(toolchain);
      return toolchain.version;
    },
  }));
  await runSteps(steps, call.terminal, call.options.quiet === true);
  return installed;
}
