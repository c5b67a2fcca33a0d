import type { ExploreReport } from '../../explore.ts';
import { h } from '../dom.ts';
import { themeSwitch } from '../theme.ts';
import { worldPart, worldsTable } from './world.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as ExploreReport;
const several = data.explorations.length > 1;

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
        h('span', {}, 'explore'),
      ),
      themeSwitch(),
    ),
    h(
      'main',
      { id: 'main' },
      several && worldsTable(data.explorations),
      ...data.explorations
        .filter(({ breach }) => !several || breach !== null)
        .map((each, nth) => worldPart(each, nth === 0 && !several)),
    ),
    h('footer', {}, h('p', {}, 'Made by ', h('code', {}, data.command))),
  );
