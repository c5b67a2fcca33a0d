/** Applies the edits of a fault to the text of files; knows nothing of where they are. */
import { FaultError } from '../errors.ts';
import type { Edit, Fault } from './table.ts';

/** The names of the files that a fault changes, below src/runtime. */
export function filesOf({ edits }: Fault): string[] {
  return [...new Set(edits.map(({ file }) => file))];
}

/** The file with the fault's edits in it. Throws FaultError `does-not-fit`, naming the edit that does not. */
export function editedText(fault: Fault, file: string, text: string, delayUs: number): string {
  return fault.edits
    .filter((edit) => edit.file === file)
    .reduce((before, edit) => applied(fault, edit, before, delayUs), text);
}

function applied(fault: Fault, edit: Edit, text: string, delayUs: number): string {
  const timed = (source: string) => source.replaceAll('DELAY_US', String(delayUs));
  if ('append' in edit) return text + timed(edit.append);
  const [before, after, ...more] = text.split(edit.find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw doesNotFit(fault, edit, after === undefined ? 0 : more.length + 1);
  }
  return before + timed(edit.replace) + after;
}

function doesNotFit(
  { name, tried }: Fault,
  { file, find }: { file: string; find: string },
  times: number,
): FaultError {
  const statement = find.trim().split('\n')[0];
  return new FaultError(
    'does-not-fit',
    `the fault ${name} does not fit this runtime: ${file} has ${JSON.stringify(statement)} ` +
      `${times === 0 ? 'nowhere, in its place' : `${times} times`}`,
    { fault: name, advice: `It was tried with Go ${tried.go.join(', ')}.` },
  );
}
