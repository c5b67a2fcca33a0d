import { KNOWN_GOOD, listToolchains } from '../../collector/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import { columns } from '../columns.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';

export async function run(call: Call): Promise<number> {
  const installed = await listToolchains();
  if (call.options.json) {
    const toolchains = installed.map(({ version, goroot, from }) => ({ version, goroot, from }));
    await printDocument({ schema: RESULT_SCHEMA, toolchains, available: KNOWN_GOOD }, call);
    return EXIT.conforms;
  }
  const { out, paint } = call.terminal;
  const rows = installed.map(({ version, from, goroot }) => [version, paint.good('installed'), from, goroot]);
  const missing = Object.entries(KNOWN_GOOD).filter(
    ([minor]) => !installed.some(({ version }) => isOf(version, minor)),
  );
  const others = missing.map(([minor, version]) => [
    version,
    paint.warn('missing'),
    '',
    `gotwin toolchain install ${minor}`,
  ]);
  await out.line(columns([...rows, ...others]).join('\n'));
  return EXIT.conforms;
}

/** `go1.22.12` of `1.22`, but not `go1.2`. */
function isOf(version: string, minor: string): boolean {
  return version === `go${minor}` || version.startsWith(`go${minor}.`);
}
