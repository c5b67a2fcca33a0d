/** Writes the generated pages of docs/: `node dist/cli/docs.js`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { assetPath } from '../go-fixtures/index.ts';
import { PAGES } from './docs-pages.ts';

for (const [file, text] of Object.entries(PAGES)) {
  mkdirSync(dirname(assetPath(file)), { recursive: true });
  writeFileSync(assetPath(file), text());
}
