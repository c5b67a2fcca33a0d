import type { NosplitReport } from '../../nosplit.ts';
import { h } from '../dom.ts';
import { themeSwitch } from '../theme.ts';
import { buildPart } from './build.ts';
import { differencePart } from './difference.ts';

/** Builds that need attention come first: what a page begins with is what it is about. */
function inOrder(builds: NosplitReport['builds']): NosplitReport['builds'] {
  const good = ({ equal, model }: NosplitReport['builds'][number]) => equal && model.verdict === 'ok';
  return [...builds.filter((build) => !good(build)), ...builds.filter(good)];
}

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as NosplitReport;

document
  .getElementById('app')
  ?.replaceChildren(
    h(
      'header',
      { class: 'top' },
      h(
        'nav',
        { 'aria-label': 'Report' },
        h('span', { class: 'wordmark' }, 'Gotwin'),
        h('span', {}, 'nosplit'),
      ),
      themeSwitch(),
    ),
    h(
      'main',
      { id: 'main' },
      ...inOrder(data.builds).map((build, nth) => buildPart(build, nth, data.builds.length > 1)),
      ...data.differences.map(differencePart),
    ),
    h('footer', {}, h('p', {}, 'Made by ', h('code', {}, data.command))),
  );
