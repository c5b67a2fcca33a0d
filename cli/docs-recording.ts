/** docs/recording.md: the recording format, from the collector's tables and its manifest.proto. */
import { readFileSync } from 'node:fs';
import { ENTRIES, layerOf, OS_FORMAT, OS_LINES, OS_MAX_BYTES } from '../collector/index.ts';
import { assetPath } from '../go-fixtures/index.ts';

/** Paragraphs and tables; `table` is the one of the other pages. */
export function recordingSections(table: (head: string[], rows: string[][]) => string): string[] {
  return [
    '# The recording',
    'A run as it was: a zip, `NAME.gotwin`, that is never changed. While it is written it is a folder, `NAME.gotwin.part`,\n' +
      'with the same entries as files; a collector that was killed leaves that folder, every command reads it, and its\n' +
      'manifest says `lost` as the reason of the end. A reader takes one-part archives with stored or deflated entries of the names\n' +
      'below, unpacks nothing to a file, and holds every size against what the directory declares.',
    '## Entries',
    'Only the manifest is always there. An entry without a layer is kept for people; no verdict rests on it.',
    table(
      ['entry', 'layer', 'what it holds'],
      ENTRIES.map(({ name, holds }) => [`\`${name}\``, layerOf(name) ?? '', holds]),
    ),
    '## The manifest',
    '`manifest.pb` is one message of this description, `collector/recording/manifest.proto`:',
    `\`\`\`proto\n${readFileSync(assetPath('collector/recording/manifest.proto'), 'utf8').trim()}\n\`\`\``,
    '## The process from outside',
    `\`os/samples\`, format ${OS_FORMAT}, on Linux: lines of words and numbers, at most ${OS_MAX_BYTES >> 20} MiB. Times are nanoseconds of CLOCK_MONOTONIC, which is\n` +
      "what Go's `nanotime` reads, so they are those of the trace and of the probe. Samples are taken each 50 ms, the first few sooner, and after every\n" +
      '4,096 of them half as often; they may take a hundredth of one core.',
    table(
      ['line', 'meaning'],
      OS_LINES.map(({ line, meaning }) => [`\`${line}\``, meaning]),
    ),
    'A list of threads is certainly whole only where the numbers before and after it are its length: while a thread ends, the\n' +
      'system may leave out others. A thread that lives for less than the time between two samples may never be seen.\n' +
      "Under qemu-user the threads are those of the program, with the ids that it sees, and one or more of the emulator's own; memory and processor\n" +
      "time are the emulator's, which keeps something for every thread that there ever was.",
  ];
}
