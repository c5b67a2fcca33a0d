import type { PageData } from '../page.ts';
import { type Route, to, toRoute } from './address.ts';
import { divergencePage } from './divergence.ts';
import { button, h, link } from './dom.ts';
import { overviewPage } from './overview.ts';
import { recordingPage } from './recording.ts';
import { shown } from './text.ts';
import { themeSwitch } from './theme.ts';
import type { View } from './view.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
const main = h('main', { id: 'main', tabindex: -1 });

document.getElementById('app')?.replaceChildren(skipLink(), header(), main, footer());
addEventListener('hashchange', () => show(true));
show(false);

/** A skip link with an address would change the route, so it moves the focus itself. */
function skipLink(): HTMLElement {
  const skip = link('#main', { class: 'skip' }, 'Skip to content');
  skip.addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
  return skip;
}

function header(): HTMLElement {
  return h(
    'header',
    { class: 'top' },
    h(
      'nav',
      { 'aria-label': 'Report' },
      link(to.overview, { class: 'wordmark' }, 'Gotwin'),
      h('span', {}, data.title),
    ),
    themeSwitch(),
  );
}

function footer(): HTMLElement {
  const again = data.command ? h('p', {}, 'Made by ', h('code', {}, data.command)) : undefined;
  const print = button('Print', () => globalThis.print(), { class: 'quiet' });
  return h('footer', {}, again ?? h('p', {}, 'Made by gotwin report'), print);
}

function show(moved: boolean): void {
  const view = viewOf(toRoute(location.hash));
  main.replaceChildren(...view.content);
  document.title = shown(`${view.title} – ${data.title}`);
  if (moved) {
    scrollTo(0, 0);
    // A screen reader is told of the new page by its heading.
    const heading = main.querySelector('h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus({ preventScroll: true });
  }
  view.ready?.();
}

function viewOf(route: Route): View {
  if (route.view === 'overview') return overviewPage(data, route.finding);
  if (route.view === 'missing') return missing();
  const recording = data.recordings.findIndex((each) => each.slug === route.slug);
  if (recording === -1) return missing();
  if (route.view === 'recording') return recordingPage(data, recording, route.time);
  return divergencePage(data, recording, route.number, route.event) ?? missing();
}

function missing(): View {
  return {
    title: 'Not in this report',
    content: [
      h('h1', {}, 'Not in this report'),
      h(
        'p',
        {},
        'The address names a recording or divergence that is not here. ',
        link(to.overview, {}, 'All recordings'),
      ),
    ],
  };
}
