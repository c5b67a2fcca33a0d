/** Writes the generated pages of docs/: `node dist/cli/docs.js`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { assetPath } from '../go-fixtures/index.ts';
import { PAGES } from './docs-pages.ts';

mkdirSync(assetPath('docs'), { recursive: true });
for (const [file, text] of Object.entries(PAGES)) writeFileSync(assetPath(file), text());
