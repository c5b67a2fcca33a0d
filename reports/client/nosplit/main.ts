import type { NosplitReport } from '../../nosplit.ts';
import { showSinglePage } from '../single.ts';
import { buildPart } from './build.ts';
import { differencePart } from './difference.ts';

/** Builds that need attention come first: what a page begins with is what it is about. */
function inOrder(builds: NosplitReport['builds']): NosplitReport['builds'] {
  const good = ({ equal, model }: NosplitReport['builds'][number]) => equal && model.verdict === 'ok';
  return [...builds.filter((build) => !good(build)), ...builds.filter(good)];
}

showSinglePage<NosplitReport>('nosplit', ({ builds, differences }) => [
  ...inOrder(builds).map((build, nth) => buildPart(build, nth, builds.length > 1)),
  ...differences.map(differencePart),
]);
