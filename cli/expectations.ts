/** The file of findings that a project knows of: read, applied to what was judged, written. */
import { readFile, stat } from 'node:fs/promises';
import { type Expectation, type Expectations, type Told, tellKnown } from '../differ/index.ts';
import { checkedJson } from './checked-json.ts';
import { columns } from './columns.ts';
import type { Call } from './command.ts';
import { type Paint, printable } from './paint.ts';
import { UsageError } from './problem.ts';
import type { Judged } from './verdict-text.ts';

const DEFAULT_EXPECTATIONS = 'gotwin.expect.json';
const MAX_BYTES = 4 << 20;

/** Where the expectations of a call are, or would be. */
export function expectationsPath({ options }: Pick<Call, 'options'>): string {
  return options.expect ?? DEFAULT_EXPECTATIONS;
}

/** Undefined where there is no such file; throws a UsageError where it is not what it should be. */
export async function readExpectations(path: string): Promise<Expectations | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  if (!info.isFile() || info.size > MAX_BYTES)
    throw wrong(path, info.isFile() ? `has more than ${MAX_BYTES} bytes` : 'is no file');
  const { expectationsSchema } = await import('../differ/index.ts');
  const checked = checkedJson(await readFile(path, 'utf8'), expectationsSchema);
  if ('data' in checked) return checked.data;
  throw wrong(path, checked.wrong);
}

function wrong(path: string, what: string): UsageError {
  return new UsageError('expectations', `${path} ${what}`, 'docs/expectations.md has the form of the file.');
}

/** The expectations that a call names, or that lie where it runs; throws a UsageError where they are wrong. */
export async function expectationsFor(call: Pick<Call, 'options'>): Promise<Expectations | undefined> {
  const path = expectationsPath(call);
  const expectations = await readExpectations(path);
  if (expectations !== undefined || call.options.expect === undefined) return expectations;
  throw new UsageError(
    'expectations',
    `there is no ${path}`,
    'Write it with `gotwin accept`, or leave --expect out.',
  );
}

/** What was judged, with the findings told apart that are known; unchanged where nothing is. */
export function applyExpectations(
  judged: readonly Judged[],
  expectations: Expectations | undefined,
): { judged: Judged[]; told?: Told } {
  if (expectations === undefined) return { judged: [...judged] };
  const told = tellKnown(
    judged.map(({ replay }) => replay),
    expectations,
    today(),
  );
  return { judged: judged.map(({ path }, i) => ({ path, replay: told.replays[i]! })), told };
}

/** The day it is, UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What has expired or was not seen any more; nothing where all is as it was. */
export function toldLines(told: Told | undefined, paint: Paint): string[] {
  if (told === undefined) return [];
  const row = (word: string) => (each: Expectation) => [
    paint.warn(word),
    each.signature,
    `until ${each.expires}`,
    printable(each.reason),
  ];
  const rows = [...told.expired.map(row('expired')), ...told.unseen.map(row('not seen any more'))];
  return rows.length === 0 ? [] : [paint.bold('Known findings'), ...columns(rows)];
}
