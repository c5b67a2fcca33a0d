/** Whether a generation holds every string and stack that its events name, as Go's reader demands. */
import { argOf, type EventColumns } from './columns.ts';
import { FormatError } from './errors.ts';
import { ARGUMENT, MOST, REFERENCES, STACK } from './references.ts';
import { eventName } from './specs.ts';
import type { StackTable, StringTable } from './tables.ts';

/** What events may name: the tables of their generation. */
export interface NamedTables {
  readonly strings: StringTable;
  readonly stacks: StackTable;
}

/**
 * The first event that names what the tables do not hold. `offsetOf` says where
 * an event stands; every one is looked at unless somebody has suspects, in
 * ascending order.
 */
export function missingEntry(
  columns: EventColumns,
  tables: NamedTables,
  generation: number,
  offsetOf: (row: number) => number,
  suspects: Iterable<number> = namingRows(columns),
): FormatError | undefined {
  for (const row of suspects) {
    const missing = missingOf(columns, tables, row);
    if (missing === undefined) continue;
    const { what, id } = missing;
    const text = `${eventName(columns.kind[row]!)} names ${what} ${id}, which its generation does not hold`;
    return new FormatError(`${what}-missing`, offsetOf(row), generation, text);
  }
  return undefined;
}

function* namingRows({ count, kind }: EventColumns): Generator<number, void> {
  for (let row = 0; row < count; row++) if (REFERENCES[kind[row]! * MOST] !== 0) yield row;
}

function missingOf(
  columns: EventColumns,
  tables: NamedTables,
  row: number,
): { what: 'stack' | 'string'; id: number } | undefined {
  const first = columns.kind[row]! * MOST;
  for (let i = first; i < first + MOST; i++) {
    const reference = REFERENCES[i]!;
    if (reference === 0) break;
    const id = argOf(columns, columns.argStart[row]! + (reference & ARGUMENT) - 1);
    const what = reference >= STACK ? 'stack' : 'string';
    if (!(what === 'stack' ? tables.stacks : tables.strings).has(id)) return { what, id };
  }
  return undefined;
}

/** A flag for each ID that a table holds. Go counts them up, so few are large; those have none. */
export function flagsOf(table: StringTable | StackTable): Uint8Array {
  const flags = new Uint8Array(table.size * 4 + 1024);
  flags[0] = 1;
  for (const id of table.ids()) if (id < flags.length) flags[id] = 1;
  return flags;
}
