/** The text layer: what a Go runtime writes to fd 2 under GODEBUG and when it dies. Start at judge.ts. */
export { citedByText } from './cited.ts';
export { TextColumns } from './columns.ts';
export { isForcedStack, type TraceFacts, type TraceGcCycle } from './facts.ts';
export { judgeText, TEXT_RULES, type TextContext, type TextResult, type TextSummary } from './judge.ts';
export { LINE_SPECS, type Line, type LineKind, type LineSpec, lineSpecs } from './lines.ts';
export { MAX_LINE, readLines } from './read.ts';
export { MINORS, minorOf } from './release.ts';
export { citationsOf, type SpanCitation } from './rule.ts';
export { Assembler, type DumpHeader, type GcLine, type Snapshot, type TextItem } from './snapshot.ts';
