/** This machine, in Go's words. */
import { arch, cpus, release } from 'node:os';

const GO_ARCH: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
};
const GO_OS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };

/** GOARCH of this machine. */
export function goArch(): string {
  return GO_ARCH[arch()] ?? arch();
}

/** GOOS of this machine. */
export function goOs(): string {
  return GO_OS[process.platform] ?? process.platform;
}

export function machine() {
  return { os: goOs(), arch: goArch(), cpus: cpus().length, kernel: release() };
}
