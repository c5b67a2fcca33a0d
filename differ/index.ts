export { type Finding, findings, type Sighting } from './findings.ts';
export { compareReplays, compareText, compareVersions, releaseOf } from './order.ts';
export { type Summary, summarise } from './summary.ts';
