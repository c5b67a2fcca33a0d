/** What the part of the address after `#` asks for. */
export type Route =
  | { view: 'overview'; finding?: string }
  | { view: 'recording'; slug: string; time?: number }
  | { view: 'divergence'; slug: string; number: number; event?: number }
  | { view: 'missing' };

export function toRoute(hash: string): Route {
  const parts = partsOf(hash);
  if (parts === undefined) return { view: 'missing' };
  const [kind, name, below, value, further, last] = parts;
  if (!kind) return { view: 'overview' };
  if (kind === 'finding' && name !== undefined) return { view: 'overview', finding: name };
  if (kind !== 'recording' || !name) return { view: 'missing' };
  if (below === undefined) return { view: 'recording', slug: name };
  if (below === 'at' && isNumber(value)) return { view: 'recording', slug: name, time: Number(value) };
  if (below !== 'divergence' || !isNumber(value)) return { view: 'missing' };
  const route: Route = { view: 'divergence', slug: name, number: Number(value) };
  return further === 'event' && isNumber(last) ? { ...route, event: Number(last) } : route;
}

export const to = {
  overview: '#/',
  finding: (signature: string) => `#/finding/${encodeURIComponent(wellFormed(signature))}`,
  recording: (slug: string) => `#/recording/${slug}`,
  instant: (slug: string, ns: number) => `#/recording/${slug}/at/${Math.round(ns)}`,
  /** `number` counts from 1, as in the list of the recording's divergences. */
  divergence: (slug: string, number: number) => `#/recording/${slug}/divergence/${number}`,
  event: (slug: string, number: number, index: number) =>
    `#/recording/${slug}/divergence/${number}/event/${index}`,
};

/** An address may hold any text, and `%` followed by nonsense is no reason to show an empty page. */
function partsOf(hash: string): string[] | undefined {
  try {
    return hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text);
}

/** encodeURIComponent throws on half a surrogate pair. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}
