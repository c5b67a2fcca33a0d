import { build } from 'esbuild';
import { assetPath } from '../go-fixtures/index.ts';

/** The page's code and looks, each as one text that can stand inline. */
export interface ClientBundle {
  script: string;
  style: string;
}

let made: Promise<ClientBundle> | undefined;

/**
 * Bundles `reports/client/` from its TypeScript source, which the package ships:
 * the page is made by the same code whether Gotwin runs from source or from dist.
 */
export function bundleClient(): Promise<ClientBundle> {
  made ??= makeBundle();
  return made;
}

async function makeBundle(): Promise<ClientBundle> {
  const [script, style] = await Promise.all([
    bundleText(assetPath('reports/client/main.ts')),
    bundleText(assetPath('reports/client/style/index.css')),
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
