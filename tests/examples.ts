/** Examples in a document that are run: `sh run`, what goes on from it (`sh then`), and what each must print (`output`). */
import type { Block } from './shell.ts';

export interface Step {
  readonly line: number;
  readonly text: string;
  /** The exit code that it must have. */
  readonly exits: number;
  /** Lines that stdout must have, in that order; empty where nothing is said. */
  readonly output: string;
}

/** Each list is run in a folder of its own, from its first step to its last. */
export function examplesOf(blocks: readonly Block[]): Step[][] {
  const examples: Step[][] = [];
  blocks.forEach(({ info, line, text }, i) => {
    const [, kind, exits = '0'] = /^sh (run|then)(?: exits (\d+))?$/.exec(info) ?? [];
    if (kind === undefined) return;
    const next = blocks[i + 1];
    const step = { line, text, exits: Number(exits), output: next?.info === 'output' ? next.text : '' };
    const last = examples.at(-1);
    if (kind === 'run') examples.push([step]);
    else if (last !== undefined) last.push(step);
    else throw new Error(`line ${line}: \`sh then\` goes on from nothing`);
  });
  return examples;
}

/** The lines of a pattern that a text does not have behind those before them. */
export function unlike(pattern: string, text: string): string[] {
  const lines = text.split('\n').map(folded);
  let at = 0;
  return pattern
    .split('\n')
    .map(folded)
    .filter((wanted) => wanted !== '' && wanted !== '…')
    .filter((wanted) => {
      const found = lines.findIndex((line, i) => i >= at && expression(wanted).test(line));
      if (found >= 0) at = found + 1;
      return found < 0;
    });
}

function folded(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

function expression(wanted: string): RegExp {
  const parts = wanted.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
