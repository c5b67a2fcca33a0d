export { compareSides, type Run } from './compare.ts';
export {
  type Comparison,
  comparisonSchema,
  type FindingChange,
  type JourneyChange,
  type LatencyChange,
  type Odds,
  type ReachChange,
  type Share,
  type ShareChange,
  type Spread,
} from './comparison.ts';
export {
  type Expectation,
  type Expectations,
  expectationSchema,
  expectationsSchema,
  SIGNATURE,
} from './expectation.ts';
export { type Told, tellKnown, withExpectation } from './expectations.ts';
export { type Finding, findings, type Sighting } from './findings.ts';
export { separation } from './odds.ts';
export { compareReplays, compareText, compareVersions, releaseOf } from './order.ts';
export { type Summary, summarise } from './summary.ts';
