export { ReportError, type ReportErrorCode } from './error.ts';
export { type ExploreReport, writeExploreReport } from './explore.ts';
export { toHtml } from './html.ts';
export { resultJsonSchema, toJson } from './json.ts';
export { toJUnit } from './junit.ts';
export { toMarkdown } from './markdown.ts';
export { type NosplitReport, writeNosplitReport } from './nosplit.ts';
export { type ReportOptions, type ReportPaths, writeReport, writeTogether } from './write.ts';
