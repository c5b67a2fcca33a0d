/** The architectures that Gotwin can run programs of, and what each needs on this machine. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../command.ts';
import { RunError, ToolchainError } from '../errors.ts';
import { goArch } from '../machine.ts';

export interface Architecture {
  /** As Go names it. */
  readonly goarch: string;
  /** Name of qemu-user's program for it, without `qemu-`. */
  readonly qemu: string;
  /** GOARCH of machines whose processor runs it too. */
  readonly nativeOn: readonly string[];
}

/**
 * qemu-i386 dies in Go's signal handling, so 386 has no emulator here; an amd64
 * processor runs it. The others were seen to run with traces that are valid.
 */
export const ARCHITECTURES: readonly Architecture[] = [
  { goarch: 'amd64', qemu: 'x86_64', nativeOn: ['amd64'] },
  { goarch: '386', qemu: '', nativeOn: ['386', 'amd64'] },
  { goarch: 'arm64', qemu: 'aarch64', nativeOn: ['arm64'] },
  { goarch: 'arm', qemu: 'arm', nativeOn: ['arm'] },
  { goarch: 'riscv64', qemu: 'riscv64', nativeOn: ['riscv64'] },
  { goarch: 'ppc64le', qemu: 'ppc64le', nativeOn: ['ppc64le'] },
  { goarch: 's390x', qemu: 's390x', nativeOn: ['s390x'] },
];

/** How a program of an architecture is run here. */
export interface Runner {
  readonly architecture: Architecture;
  readonly emulated: boolean;
  /** Path of the emulator; empty when there is none. */
  readonly emulator: string;
  /** Its name and version as it gives them: `qemu-aarch64 version 7.2.22`; empty when there is none. */
  readonly emulatorVersion: string;
}

/** Throws ToolchainError `unknown-arch`. */
export function findArchitecture(goarch: string): Architecture {
  const architecture = ARCHITECTURES.find((row) => row.goarch === goarch);
  if (architecture !== undefined) return architecture;
  const known = ARCHITECTURES.map((row) => row.goarch);
  throw new ToolchainError('unknown-arch', `${JSON.stringify(goarch)} is no architecture that Gotwin runs`, {
    wanted: goarch,
    known,
    advice: `Known: ${known.join(', ')}.`,
  });
}

/** Throws ToolchainError `unknown-arch` or RunError `no-emulator`. */
export async function findRunner(goarch: string): Promise<Runner> {
  const architecture = findArchitecture(goarch);
  if (architecture.nativeOn.includes(goArch())) {
    return { architecture, emulated: false, emulator: '', emulatorVersion: '' };
  }
  const emulator = findEmulator(architecture);
  if (emulator === undefined) throw noEmulator(architecture);
  const { stdout } = await runCommand(emulator, ['--version']);
  const emulatorVersion = /^(\S+ version \S+)/.exec(stdout)?.[1] ?? emulator;
  return { architecture, emulated: true, emulator, emulatorVersion };
}

/** qemu-user's program for an architecture, on PATH, under either of the names that distributions give it. */
export function findEmulator(architecture: Architecture): string | undefined {
  if (architecture.qemu === '') return undefined;
  const names = [`qemu-${architecture.qemu}`, `qemu-${architecture.qemu}-static`];
  const dirs = (process.env.PATH ?? '').split(delimiter).filter((dir) => dir !== '');
  return dirs.flatMap((dir) => names.map((name) => join(dir, name))).find((path) => existsSync(path));
}

function noEmulator(architecture: Architecture): RunError {
  const { goarch, qemu } = architecture;
  const message =
    qemu === ''
      ? `${goarch} runs only on ${architecture.nativeOn.join(' or ')}, and this is ${goArch()}`
      : `running ${goarch} on ${goArch()} needs qemu-${qemu}, which is not installed`;
  const advice =
    qemu === '' ? 'Choose another architecture.' : 'On Debian or Ubuntu: apt-get install qemu-user.';
  return new RunError('no-emulator', message, { command: [`qemu-${qemu}`], advice });
}
