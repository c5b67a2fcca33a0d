import { button } from './dom.ts';

type Theme = 'auto' | 'light' | 'dark';
const THEMES: Theme[] = ['auto', 'light', 'dark'];
const KEY = 'gotwin-theme';

/** Goes round: the system's theme, light, dark. */
export function themeSwitch(): HTMLButtonElement {
  let theme = remembered();
  const control = button(
    '',
    () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
      remember(theme);
      apply();
    },
    { class: 'quiet' },
  );
  apply();
  return control;

  function apply(): void {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    control.textContent = `Theme: ${theme}`;
    dispatchEvent(new Event('themechange'));
  }
}

function remembered(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** A page from disk may have no storage; then the choice lasts as long as the page. */
function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {}
}
