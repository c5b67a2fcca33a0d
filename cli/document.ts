import type { Call } from './command.ts';

/** The one document of a call with `--json`. Its shape is one of result-document.ts. */
export function printDocument(document: object, { terminal }: Call): Promise<void> {
  return terminal.out.line(JSON.stringify(document, undefined, 1));
}
