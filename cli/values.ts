/** Reads what stands after an option. Each throws a ValueError that says what would have done. */

export class ValueError extends Error {
  override readonly name = 'ValueError';
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration as Go writes it (`300ms`, `10s`, `1m30s`), in milliseconds. */
export function duration(text: string): number {
  const ms = instant(text);
  if (ms < 1) throw new ValueError('A duration is at least 1ms.');
  return ms;
}

/** A point in a trace's time, from 0 on: `25us`, `1.5s`; in milliseconds. */
export function instant(text: string): number {
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) {
    throw new ValueError('Write a number with its unit, as in 300ms, 10s or 1m30s.');
  }
  const ms = parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * (UNITS[unit as string] as number),
    0,
  );
  return ms;
}

/** Milliseconds as a Go duration that `flag.Duration` takes. */
export function goDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

export function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1 || !/^\d+$/.test(text)) {
    throw new ValueError('Write a whole number from 1 on.');
  }
  return number;
}

/** What a shell makes of a variable that is not set would mean the current folder. */
export function path(text: string): string {
  if (text === '') throw new ValueError('It is empty; write a path.');
  return text;
}

/** A day of the calendar, as ISO 8601 has it. */
export function day(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (
    !/^\d{4}-\d\d-\d\d$/.test(text) ||
    Number.isNaN(date.getTime()) ||
    date.toISOString().slice(0, 10) !== text
  )
    throw new ValueError('Write a day as 2027-06-30.');
  return text;
}

/** 32 bits: what the generator takes. */
export function seed(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new ValueError('Write a whole number from 0 to 4294967295.');
}

/** More threads than that are a slip of the keyboard. */
const MOST_WORKERS = 64;

export function workers(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_WORKERS) return Number(text);
  throw new ValueError(`Write a whole number from 1 to ${MOST_WORKERS}.`);
}

/** A part of a matrix, `2/4`: the second of four. */
export function shard(text: string): { index: number; count: number } {
  const [, index = 0, count = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count) throw new ValueError('Write which of how many, from 1/4 to 4/4.');
  return { index, count };
}

/** A goroutine's id: 0 on, as in the trace. */
export function goroutineId(text: string): number {
  const number = Number(text.replace(/^[gG]/, ''));
  if (!Number.isSafeInteger(number) || number < 0)
    throw new ValueError("Write a goroutine's number, as in 7 or G7.");
  return number;
}

export function list(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === ''))
    throw new ValueError('Write a list with commas and no empty item, as in a,b.');
  return [...new Set(items)];
}

/** Go releases: `1.22`, `1.26.8`, `go1.25`, `1.27rc1`; given back without the prefix `go`. */
export function releases(text: string): string[] {
  return list(text).map((item) => {
    const release = item.replace(/^go/, '');
    if (!/^1\.\d+(\.\d+)?((rc|beta)\d+)?$/.test(release)) {
      throw new ValueError(`"${item}" is no Go release; write 1.26 or 1.26.8.`);
    }
    return release;
  });
}

/** Names of architectures as Go writes them; which of them exist is the toolchain's to say. */
export function architectures(text: string): string[] {
  return list(text).map((item) => {
    if (!/^[a-z0-9_]+$/.test(item)) throw new ValueError(`"${item}" is no GOARCH; write amd64 or arm64.`);
    return item;
  });
}

/** `k=v,k=v` for the environment variable GODEBUG, as pairs in the order given. */
export function settings(text: string): Record<string, string> {
  const pairs = list(text).map((item): [string, string] => {
    const at = item.indexOf('=');
    if (at < 1) throw new ValueError(`"${item}" is no setting; write name=value, as in asyncpreemptoff=1.`);
    return [item.slice(0, at), item.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

/** The same, written as it is read. */
export function settingsText(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** One of a few words, named in the error. */
export function oneOf<T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new ValueError(`Write one of ${words.join(', ')}.`);
    return found;
  };
}

export function listOf<T extends string>(...words: readonly T[]): (text: string) => T[] {
  const one = oneOf(...words);
  return (text) => list(text).map(one);
}
