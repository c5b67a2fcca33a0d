/** The arguments of `npm run bench`. */
import { parseArgs } from 'node:util';
import { TRACES, type TraceSpec } from './traces.ts';

export const HELP = `npm run bench -- [TRACE...] [OPTIONS]

Measures Gotwin's reader against Go's on real traces, which it makes first.

  TRACE            only these: ${TRACES.map(({ name }) => name).join(', ')}
  --large          all, and the trace of a gigabyte too
  --pairs N        runs of each reader (default: 5)
  --workers N      measure also one worker against N
  --no-peer        leave Go's reader out, and so measure the workers alone
  --judging        measure what judging costs instead: gotwin replay against gotwin events
  --make           make the traces, and measure nothing
  --go X.Y.Z       the release that writes the traces (default: the one on PATH)
  --record         add the ratios to bench/history.jsonl
  --help           this text
`;

export interface Options {
  readonly traces: readonly TraceSpec[];
  readonly pairs: number;
  /** 1 when workers are not asked for. */
  readonly workers: number;
  readonly peer: boolean;
  readonly judging: boolean;
  readonly makeOnly: boolean;
  readonly go: string | undefined;
  readonly record: boolean;
  readonly help: boolean;
}

/** Throws an Error whose message is for the person who typed. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      large: { type: 'boolean', default: false },
      pairs: { type: 'string', default: '5' },
      workers: { type: 'string', default: '1' },
      peer: { type: 'boolean', default: true },
      judging: { type: 'boolean', default: false },
      make: { type: 'boolean', default: false },
      go: { type: 'string' },
      record: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    traces: chosen(positionals, values.large),
    pairs: whole('--pairs', values.pairs),
    workers: whole('--workers', values.workers),
    peer: values.peer,
    judging: values.judging,
    makeOnly: values.make,
    go: values.go,
    record: values.record,
    help: values.help,
  };
}

function chosen(names: readonly string[], large: boolean): TraceSpec[] {
  const lost = names.find((name) => !TRACES.some((spec) => spec.name === name));
  if (lost !== undefined) throw new Error(`no trace is called ${lost}`);
  return TRACES.filter((spec) =>
    names.length > 0 ? names.includes(spec.name) || (large && spec.large) : large || !spec.large,
  );
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${option} takes a whole number above 0, not ${text}`);
}
