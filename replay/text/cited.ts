/** Everything that the text layer says about a release's source, for the test that looks it up. */
import type { Citation } from '../result.ts';
import { TEXT_RULES } from './judge.ts';
import { lineSpecs } from './lines.ts';
import { asWrittenIn } from './older-source.ts';
import { holdsIn } from './release.ts';
import { citationsOf } from './rule.ts';
import { citedWords } from './vocabulary.ts';

/** Each citation of the rules, the line descriptors and the vocabulary of one release, and whose it is. */
export function citedByText(minor: number): { row: string; cite: Citation }[] {
  const rules = TEXT_RULES.filter((rule) => holdsIn(rule, minor));
  return [
    ...rules.flatMap((rule) => citationsOf(rule, minor).map((cite) => ({ row: rule.id, cite }))),
    ...lineSpecs(minor).map(({ kind, cite }) => ({
      row: `line ${kind}`,
      cite: asWrittenIn(cite, minor) ?? cite,
    })),
    ...citedWords(minor).map(({ word, cite }) => ({ row: `word ${word}`, cite })),
  ];
}
