/** Every rule that a replay can hold against Go, with its citations by release: what `docs/model/` is made of. */
import { TEXT_ONLY } from '../collector/index.ts';
import {
  fineModelOf,
  giversOf,
  invariantsOf,
  layersModelOf,
  modelOf,
  RELEASES,
  type Release,
  systemModelOf,
  WAKERS,
} from './model/index.ts';
import { nosplitRulesOf } from './model/nosplit/index.ts';
import type { Citation } from './result.ts';
import { TEXT_RULES } from './text/judge.ts';
import { holdsIn, minorOf } from './text/release.ts';
import { citationsOf } from './text/rule.ts';

/** A rule as it stands in some releases. */
export interface RuleForm {
  readonly releases: readonly string[];
  /** The rule as a sentence. */
  readonly text: string;
  /** What it is a rule about: `GoStart: runnable to running`; empty where the sentence says all. */
  readonly step: string;
  readonly cite: readonly Citation[];
}

export interface Rule {
  readonly id: string;
  /** One for each wording, step or set of citations; together they have every release in which the rule holds. */
  readonly forms: readonly RuleForm[];
}

export type RulePart = 'trace' | 'probe' | 'text' | 'layers' | 'nosplit';

type Line = Omit<RuleForm, 'releases'> & { readonly id: string };

/** By release; the parts that reach further back take those releases too. */
const LINES: Readonly<Record<RulePart, (release: Release) => readonly Line[]>> = {
  trace: traceLines,
  probe: (release) =>
    fineModelOf(release).map(({ id, text, from, to, by, cite }) => ({
      ...{ id, text, cite },
      step: [stepOf(from ?? [], to), ...(by === undefined ? [] : [`by ${by.join(', ')}`])]
        .filter((part) => part !== '')
        .join(', '),
    })),
  text: textLines,
  layers: (release) => [...layersModelOf(release), ...systemModelOf(release)].map(plain),
  nosplit: (release) => nosplitRulesOf(release).map(plain),
};

/** The releases that a part has rules for, the oldest first. */
export function releasesOf(part: RulePart): readonly string[] {
  if (part === 'text') return [...Object.keys(TEXT_ONLY).map((minor) => `go${minor}`), ...RELEASES];
  return part === 'nosplit' ? ['go1.9', ...RELEASES] : RELEASES;
}

/** The rules of a part in the order of its tables, those of the newest release first. */
export function rulesOf(part: RulePart): Rule[] {
  const rules = new Map<string, RuleForm[]>();
  for (const release of releasesOf(part).toReversed()) {
    for (const { id, ...line } of LINES[part](release as Release)) {
      const forms = rules.get(id) ?? [];
      rules.set(id, forms);
      const same = forms.find((form) => isSame(form, line));
      if (same === undefined) forms.push({ releases: [release], ...line });
      else forms[forms.indexOf(same)] = { ...same, releases: [release, ...same.releases] };
    }
  }
  return [...rules].map(([id, forms]) => ({ id, forms }));
}

function isSame({ releases: _, ...form }: RuleForm, line: Omit<RuleForm, 'releases'>): boolean {
  return (
    JSON.stringify([form.text, form.step, form.cite]) === JSON.stringify([line.text, line.step, line.cite])
  );
}

function plain({ id, text, cite }: Pick<Line, 'id' | 'text' | 'cite'>): Line {
  return { id, text, step: '', cite };
}

function textLines(release: Release): Line[] {
  const minor = minorOf(release);
  const rules = TEXT_RULES.filter((rule) => holdsIn(rule, minor));
  return rules.map((rule) => plain({ id: rule.id, text: rule.text, cite: citationsOf(rule, minor) }));
}

function traceLines(release: Release): Line[] {
  const rows = modelOf(release).map(({ id, on, reasons, from, to, text, cite }) => {
    const given = reasons === undefined ? '' : ` (${reasons.join(', ')})`;
    const step = stepOf(from, to);
    return { id, text, cite, step: `${on}${given}${step === '' ? '' : `: ${step}`}` };
  });
  const invariants = Object.values(invariantsOf(release)).map(({ id, text, cite }) => ({
    id,
    text,
    step: '',
    cite,
  }));
  return [...rows, ...invariants, ...giverLines(release), ...wakerLines()];
}

function giverLines(release: Release): Line[] {
  return Object.entries(giversOf(release)).flatMap(([event, givers]) =>
    givers.map(({ func, gives, cite }) => ({
      id: `blocking/reason-fits-stack, ${event}, ${func === '' ? 'no stack' : func}`,
      text: `gives no other reason than ${gives.join(', ')}`,
      step: '',
      cite,
    })),
  );
}

function wakerLines(): Line[] {
  return WAKERS.map(({ func, gives, cite }) => ({
    id: `blocking/waker-ends-wait, ${func}`,
    text: `ends no other wait than ${gives.join(', ')}`,
    step: '',
    cite,
  }));
}

function stepOf(from: readonly string[], to: string | undefined): string {
  if (from.length === 0 && to === undefined) return '';
  if (to === undefined) return `while ${from.join(' or ')}`;
  return `${from.length === 0 ? 'any state' : from.join(' or ')} to ${to}`;
}
