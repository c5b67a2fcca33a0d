import { button, h } from './dom.ts';
import { shown } from './text.ts';

/** A shell command with a button that copies it. */
export function command(text: string, label: string): HTMLElement {
  const code = h('code', {}, text);
  const said = h('span', { class: 'said', role: 'status' });
  const copy = button('Copy', () => void copyText(text, code).then((how) => say(said, how)), {
    'aria-label': `Copy: ${label}`,
  });
  const box = h('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': label }, code);
  return h('div', { class: 'command' }, box, said, copy);
}

/**
 * What is copied is what is shown: control characters pasted into a terminal act.
 * Without a clipboard (an old browser, a page that may not use it) the text is selected for the reader to copy.
 */
async function copyText(text: string, code: HTMLElement): Promise<string> {
  try {
    await navigator.clipboard.writeText(shown(text));
    return 'Copied';
  } catch {
    getSelection()?.selectAllChildren(code);
    return 'Selected';
  }
}

function say(where: HTMLElement, what: string): void {
  where.textContent = what;
  setTimeout(() => {
    where.textContent = '';
  }, 2000);
}
