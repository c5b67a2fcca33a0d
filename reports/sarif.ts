/**
 * SARIF 2.1.0: what code scanning services read. A result for each finding, whose fingerprint is its
 * signature: the same across runs, machines and patch levels, so that a service knows it again.
 * The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
import { compareReplays, type Finding, findings } from '../differ/index.ts';
import type { Citation, Replay } from '../replay/index.ts';
import { citationText } from '../replay/words.ts';
import { printable } from './escape.ts';

/** What the largest of the services takes of one run: it drops more results, and refuses more locations. */
const MOST_RESULTS = 5000;
const MOST_LOCATIONS = 100;
/** Characters of one text. */
const MOST_TEXT = 1000;

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export function toSarif(replays: readonly Replay[], version: string): string {
  const sorted = [...replays].sort(compareReplays);
  const found = findings(sorted);
  const kept = found.slice(0, MOST_RESULTS);
  const rules = [...new Map(kept.map((finding) => [finding.rule, finding])).values()];
  const index = new Map(rules.map(({ rule }, nth) => [rule, nth]));
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Gotwin', semanticVersion: version, rules: rules.map(ruleOf) } },
        automationDetails: { id: 'gotwin/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { GOROOT: { description: { text: 'the root of the Go release that was run' } } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notes(found.length) }],
        results: kept.map((finding) => resultOf(finding, index.get(finding.rule) as number)),
      },
    ],
  };
  return `${JSON.stringify(log)}\n`;
}

function ruleOf({ rule, text, cite, layers }: Finding) {
  return {
    id: shown(rule),
    shortDescription: { text: shown(text) },
    help: { text: shown([text, ...cite.map(citationText)].join('\n')) },
    defaultConfiguration: { level: 'error' },
    properties: { tags: layers },
  };
}

function resultOf(finding: Finding, ruleIndex: number) {
  const { rule, signature, seen, of, onlyOn, cite, count, example } = finding;
  const { divergence } = example;
  return {
    ruleId: shown(rule),
    ruleIndex,
    kind: 'fail',
    level: finding.class === 'known' || finding.explained ? 'note' : 'error',
    message: { text: shown(`${divergence.observed}\nAgain: ${divergence.repro}`) },
    locations: seen.slice(0, MOST_LOCATIONS).map(({ file, first }) => ({
      physicalLocation: {
        artifactLocation: { uri: uriOf(file) },
        ...(file === example.file && first === divergence.id && divergence.at.offset > 0
          ? { region: { byteOffset: divergence.at.offset } }
          : {}),
      },
      logicalLocations: [{ name: shown(first), kind: 'event' }],
    })),
    relatedLocations: cite.slice(0, MOST_LOCATIONS).map(citedAt),
    occurrenceCount: count,
    // The name says how it is made: should signatures ever be made otherwise, it is another.
    fingerprints: { 'gotwinSignature/v1': shown(signature) },
    partialFingerprints: { 'gotwinSignature/v1': shown(signature) },
    suppressions: suppressionsOf(finding),
    properties: { recordings: seen.length, of, onlyOn },
  };
}

/** A finding that the project knows of is accepted, until its date. */
function suppressionsOf({ class: kind, example }: Finding) {
  const { known } = example.divergence;
  if (kind !== 'known' || known === undefined) return [];
  return [
    {
      kind: 'external',
      status: 'accepted',
      justification: shown(`${known.reason} (until ${known.expires})${known.link ? ` ${known.link}` : ''}`),
    },
  ];
}

function citedAt({ file, func, statement }: Citation, nth: number) {
  return {
    id: nth,
    physicalLocation: { artifactLocation: { uri: uriOf(`src/${file}`), uriBaseId: 'GOROOT' } },
    logicalLocations: [{ name: shown(func), kind: 'function' }],
    message: { text: shown(statement) },
  };
}

function notes(found: number) {
  if (found <= MOST_RESULTS) return [];
  const text = `${found - MOST_RESULTS} findings were left out here; index.html has them all.`;
  return [{ level: 'warning', message: { text } }];
}

/** A file's name as a URI below the folder of the report's reader. */
function uriOf(path: string): string {
  return printable(path).split('/').map(encodeURIComponent).join('/');
}

/** A text may be a megabyte long, so it is cut before anything looks at it. */
function shown(text: string): string {
  const kept = text
    .slice(0, MOST_TEXT - 1)
    .split('\n')
    .map(printable)
    .join('\n');
  return text.length < MOST_TEXT ? kept : `${kept}…`;
}
