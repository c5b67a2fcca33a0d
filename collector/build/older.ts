/**
 * Builds a fixture by a release before Go 1.22: as it stands, since nothing that Gotwin could add to it would record more
 * than the runtime's own text. Without modules, which Go 1.9 and 1.10 do not know: fixtures import each other alone.
 */
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fixturesRoot } from '../../go-fixtures/index.ts';
import { BuildError } from '../errors.ts';
import { type GoSetting, goCommand } from './go-command.ts';

export interface OlderBuild extends GoSetting {
  readonly workDir: string;
}

/** Import path of the fixtures' module. */
const FIXTURES = 'gotwin/fixtures';

/** Resolves to the command and what it said. Throws BuildError. */
export async function buildOlder(setting: OlderBuild, binary: string): Promise<string> {
  const { target, toolchain, workDir, flags = [] } = setting;
  const gopath = join(workDir, 'gopath');
  await mkdir(join(gopath, 'src', 'gotwin'), { recursive: true });
  await symlink(fixturesRoot(), join(gopath, 'src', FIXTURES));
  const go = goCommand(setting, { GOPATH: gopath, GO111MODULE: 'off' });
  const args = ['build', '-o', binary, ...flags, `${FIXTURES}/${target.target}`];
  const output = (await go(args)).all;
  // `go version BINARY` came with 1.13; what runtime.Version() answers stands in every binary.
  if ((await readFile(binary)).includes(toolchain.version))
    return `${JSON.stringify([toolchain.go, ...args])}\n${output}`;
  const what = `asked for ${toolchain.version}, which the binary does not hold`;
  throw new BuildError('wrong-toolchain', what, { command: [toolchain.go, ...args], output });
}

/** Package runtime of such a release cannot be replaced in a build. */
export function refuseEdits({ target, toolchain }: OlderBuild): void {
  throw new BuildError('probe-unknown', `${toolchain.version} takes neither probes nor seeded faults`, {
    command: [],
    output: '',
    advice: `Run ${target.name} with Go 1.22 or later for that.`,
  });
}
