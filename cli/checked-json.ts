/** Documents that somebody else may have written: parsed and checked, and what is wrong with them in words. */
import type { z } from 'zod';

/** `wrong` goes on behind the name of the file: `is no JSON: …`, `is wrong at cells.3.go: …`. */
export type CheckedJson<T> = { readonly data: T } | { readonly wrong: string };

export function checkedJson<T>(text: string, schema: z.ZodType<T>): CheckedJson<T> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { wrong: `is no JSON: ${(error as Error).message}` };
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return { data: parsed.data };
  const [issue, ...more] = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'its top'}: ${message}`,
  );
  return { wrong: `is wrong at ${issue}${more.length > 0 ? ` (and ${more.length} more)` : ''}` };
}
