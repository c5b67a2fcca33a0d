/** Writes docs/reader-differences.md: `node dist/oracle/docs.js`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differencesPage } from './differences.ts';
import { ROOT } from './root.ts';

writeFileSync(join(ROOT, 'docs/reader-differences.md'), differencesPage());
