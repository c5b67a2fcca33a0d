import { build } from 'esbuild';
import { assetPath } from '../go-fixtures/index.ts';

/** The page's code and looks, each as one text that can stand inline. */
export interface ClientBundle {
  script: string;
  style: string;
}

/** What each page is made of, below reports/client. */
const ENTRIES = {
  recordings: { script: 'main.ts', style: 'style/index.css' },
  explore: { script: 'explore/main.ts', style: 'style/explore.css' },
  nosplit: { script: 'nosplit/main.ts', style: 'style/nosplit.css' },
} as const;
type Entry = keyof typeof ENTRIES;

const made = new Map<Entry, Promise<ClientBundle>>();

/**
 * Bundles `reports/client/` from its TypeScript source, which the package ships:
 * the page is made by the same code whether Gotwin runs from source or from dist.
 */
export function bundleClient(entry: Entry): Promise<ClientBundle> {
  const bundle = made.get(entry) ?? makeBundle(entry);
  made.set(entry, bundle);
  return bundle;
}

async function makeBundle(entry: Entry): Promise<ClientBundle> {
  const [script, style] = await Promise.all([
    bundleText(assetPath(`reports/client/${ENTRIES[entry].script}`)),
    bundleText(assetPath(`reports/client/${ENTRIES[entry].style}`)),
  ]);
  return { script, style };
}

async function bundleText(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'silent',
    // No tsconfig of the folder that Gotwin stands in may change the page.
    tsconfigRaw: '{}',
  });
  const text = outputFiles[0]?.text ?? '';
  // esbuild escapes end tags itself; a page that ends early would be a bad way to learn otherwise.
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error('the bundle would end its own element');
  return text;
}
