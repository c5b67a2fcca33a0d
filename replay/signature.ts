/**
 * Signatures: what makes two findings the same finding. They are made of the
 * rule, the kind of subject and the shape of the witness (states and event
 * names), never of ids, times or addresses, so they stay the same across runs,
 * machines and minor releases.
 */

/** FNV-1a, 32 bits, over the shape's UTF-16 code units: short, stable and the same in a browser. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** `rule~hash`, for example `goroutine/start~1f0a77c3`. */
export function signature(rule: string, subjectKind: string, shape: readonly string[]): string {
  const hash = fnv1a([rule, subjectKind, ...shape].join('\n'));
  return `${rule}~${hash.toString(16).padStart(8, '0')}`;
}
