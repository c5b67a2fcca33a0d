/** The model of the Go runtime: tables of rows that cite its source, a release being a delta on the one before. */
export { type InvariantName, type Invariants, invariantsOf } from './invariants.ts';
export { formatOf, modelOf, releaseOf } from './releases.ts';
export {
  type Effect,
  type Facet,
  type Machine,
  type Need,
  RELEASES,
  type Release,
  type Row,
  STATES,
  type SubjectRole,
} from './row.ts';
