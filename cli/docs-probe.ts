/** docs/probe.md: the records of the layer probe, from the collector's tables. */
import {
  HEADER,
  HEADER_BYTES,
  PROBE_ARCHITECTURES,
  PROBE_FORMAT,
  PROBE_MAGIC,
  PROBED_RELEASES,
  probeKinds,
  RECORD,
  RECORD_BYTES,
} from '../collector/index.ts';

/** Paragraphs and tables; `table` is the one of the other pages. */
export function probeSections(table: (head: string[], rows: string[][]) => string): string[] {
  const kinds = probeKinds().map(({ number, kind, group, gp, a, b }) => [
    String(number),
    `\`${kind}\``,
    group,
    gp,
    a,
    b,
  ]);
  const offsets = (fields: Readonly<Record<string, number>>) =>
    table(
      ['offset', 'field'],
      Object.entries(fields).map(([name, at]) => [String(at), `\`${name}\``]),
    );
  return [
    '# The layer probe',
    'What an execution trace does not show: every change of a status word with its scan bit, every stack, every\n' +
      'thread from `allocm` to the reaping of its g0, who has which P. `gotwin record --layers probe,trace,text` builds\n' +
      'the program with an instrumented package runtime (`go build -overlay`; no file of the toolchain is changed, and\n' +
      'ordinary builds stay what they were) and keeps what its probe wrote.',
    `It is known to work with Go ${PROBED_RELEASES.join(', ')} on ${Object.keys(PROBE_ARCHITECTURES)
      .map((arch) => `linux/${arch}`)
      .join(
        ' and ',
      )}. Any other release or architecture is refused (\`build/probe-unknown\`), and so is a runtime in\n` +
      'which a rule does not find exactly the sites that it should (`build/probe-mismatch`, with the rule and the file).',
    'The first build of a program for a release and an architecture compiles everything that it imports once more, since package\n' +
      'runtime has changed: a minute or two on two cores. Later builds find it in the cache of the go command.',
    '## How it writes',
    'The first act of `schedinit` is to map the file that `GOTWIN_PROBE` names, and to take that variable out of the\n' +
      "environment. The file was made by the collector, in memory (`/dev/shm`) where there is room for it. The program's\n" +
      'end, however it comes, loses nothing of it: a thread that was killed in the middle of a record leaves that one,\n' +
      'or the two that it writes at once, without its mark, and nothing else. If the collector itself is killed, the folder `NAME.gotwin.part` says in\n' +
      '`lost` where the file is; the next recording with probes removes it.',
    'A record has a number, given out by one counter for all threads. A change of a status takes its number under a\n' +
      'lock of that G or P, so the changes of one are numbered in the order in which they were made. What takes a thing\n' +
      'that only one may have (a stack, a P) is recorded after it was taken, what gives it up before it is given up.',
    'What `ready` and `execute` tell is written with the change of status that they begin with, under one reading of\n' +
      'the clock: the two records have the same time and numbers that follow each other. Where that change has to\n' +
      'wait, the record is written before the wait.',
    'In mode `linear` the window holds the first records, in mode `ring` the last; the counter goes on beyond either.',
    `## The file \`probe/records\`, format ${PROBE_FORMAT}`,
    `Little endian. A header of ${HEADER_BYTES} bytes, which begins with \`${PROBE_MAGIC}\`, then records of ${RECORD_BYTES} bytes; that of\n` +
      'number n is at n modulo `capacity`, and is whole when its `commit` is n + 1. What the fields mean is in\n' +
      '`collector/probe/layout.ts`.',
    offsets(HEADER),
    offsets(RECORD),
    'Times are ticks of the processor (TSC, CNTVCT). The records `begin`, `clock` (about every 100 ms) and `end` hold a\n' +
      'tick and the nanotime of the same moment, from which times in nanoseconds are reckoned.',
    '## Kinds of records',
    'In `--probe-kinds` a name of the second or the third column.',
    table(['number', 'kind', 'group', 'gp', 'a', 'b'], kinds),
    '## Beside the records',
    '`probe/functions` has a line for each function of the program, by address: the address in hex, a blank, the name.\n' +
      'With external linking or `-buildmode=pie` the program lies elsewhere in memory: `goexit` in the header says by how much.\n' +
      '`probe/sites.json` says where the instrumenter put its probes: rule, kind, file, function, line.',
  ];
}
