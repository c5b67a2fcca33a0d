import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assetPath } from '../go-fixtures/index.ts';
import { FIELD_NOTES } from './docs-fields.ts';
import { PAGES } from './docs-pages.ts';

const AGAIN = 'run `npm run build && node dist/cli/docs.js` and read what changed';

test.each(Object.entries(PAGES))('%s is what the tables in cli/ say', (file, text) => {
  expect(existsSync(assetPath(file)), AGAIN).toBe(true);
  expect(readFileSync(assetPath(file), 'utf8') === text(), `${file} is out of date: ${AGAIN}`).toBe(true);
});

test('every note on a field is about a field that exists', () => {
  const page = PAGES['docs/json.md']!();
  const gone = Object.keys(FIELD_NOTES).filter((field) => !page.includes(`\`${field}\``));
  expect(gone).toEqual([]);
});
