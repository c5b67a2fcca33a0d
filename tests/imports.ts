/** Which file imports which, read from TypeScript's text, and what the folders allow. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Tree } from './tree.ts';

/** Each folder imports only from those before it. */
export const FOLDERS = ['go-fixtures', 'collector', 'replay', 'differ', 'reports', 'cli', 'oracle'] as const;

/** Folders that run in a browser too, each with the folders that it may import. */
const PORTABLE = new Map([
  ['replay/kernel', ['replay/kernel']],
  ['replay/decode', ['replay/decode', 'replay/kernel']],
  ['replay/order', ['replay/order', 'replay/decode', 'replay/kernel']],
  ['replay/trace', ['replay/trace', 'replay/order', 'replay/decode']],
]);

/**
 * What other folders may import, beside each folder's index.ts. A replay's result is data that the report's script
 * reads in a browser, where all that replay/index.ts brings along cannot go; and who only reads a trace should not
 * wait for it to load.
 */
const DOORS = [
  'replay/result.ts',
  'replay/explore/result.ts',
  'replay/mutate/result.ts',
  'replay/nosplit/result.ts',
  'replay/trace/index.ts',
  'replay/open.ts',
  // A few lines that import no code.
  'replay/words.ts',
  'replay/schema-version.ts',
  'replay/parallel/index.ts',
  'replay/parallel/thread.ts',
];

export interface Import {
  /** As written, or undefined where it is computed when the program runs. */
  specifier: string | undefined;
  line: number;
}

/** Where a task for worker threads is loaded, which has no other name than its URL. */
const BY_URL = 'replay/parallel/task.ts';

/**
 * Comments, strings, templates, names and signs. Code inside a template is taken for text; an import there would
 * be an odd thing to write.
 */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|[A-Za-z_$][\w$]*|[^\s]/g;
/** After these a slash begins a regular expression, not a division. */
const BEFORE_REGEXP = /^(?:[([{,;:=!&|?+*%<>~^-]|return|typeof|case|in|of)$/;
const REGEXP = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

interface Token {
  text: string;
  at: number;
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
    const [text] = match;
    if (text === '/' && BEFORE_REGEXP.test(found.at(-1)?.text ?? ';')) {
      REGEXP.lastIndex = match.index;
      if (REGEXP.test(source)) TOKEN.lastIndex = REGEXP.lastIndex;
    } else if (!/^\/[/*]/.test(text)) {
      found.push({ text, at: match.index });
    }
  }
  return found;
}

/** What a file imports: `import`, `export … from`, `import()` as a call or a type, also for types alone. */
export function importsOf(source: string): Import[] {
  const all = tokens(source);
  return all.flatMap(({ text, at }, n) => {
    const next = all[n + 1]?.text ?? '';
    // A property may be called `from` or `import`.
    if (all[n - 1]?.text === '.' || (text !== 'from' && text !== 'import')) return [];
    const line = source.slice(0, at).split('\n').length;
    if (isString(next)) return [{ specifier: next.slice(1, -1), line }];
    if (text !== 'import' || next !== '(') return [];
    const argument = all[n + 2]?.text ?? '';
    return [{ specifier: isString(argument) ? argument.slice(1, -1) : undefined, line }];
  });
}

const isString = (token: string) => /^(['"]|`(?!.*\$\{))/s.test(token) && token.length > 1;

/** One sentence for each import in the tree that the folders do not allow. */
export function forbiddenImports(sources: Tree): string[] {
  return [...sources].flatMap(([file, text]) =>
    importsOf(text).flatMap(({ specifier, line }) => {
      if (specifier === undefined && file === BY_URL) return [];
      const objection = specifier === undefined ? 'imports a computed name' : objectionTo(file, specifier);
      return objection === undefined ? [] : [`${file}:${line} ${objection}`];
    }),
  );
}

function objectionTo(file: string, specifier: string): string | undefined {
  const portable = [...PORTABLE].find(([folder]) => file.startsWith(`${folder}/`));
  // Tests, and the scripts that record what they read, run in Node.
  const isTest = file.endsWith('.test.ts') || file.includes('/testdata/');
  if (!specifier.startsWith('.')) {
    if (portable && !isTest && isBuiltin(specifier)) return `imports ${specifier}, and must run in a browser`;
    return undefined;
  }
  const target = posix.join(posix.dirname(file), specifier);
  return objectionToFolder(file, target) ?? (portable && !isTest ? beyond(portable[1], target) : undefined);
}

function beyond(allowed: readonly string[], target: string): string | undefined {
  const inside = allowed.some((folder) => target.startsWith(`${folder}/`));
  return inside ? undefined : `imports ${target}, and may import only from ${allowed.join(' and ')}`;
}

function objectionToFolder(file: string, target: string): string | undefined {
  const from = file.split('/')[0] ?? '';
  const to = target.split('/')[0] ?? '';
  if (from === to) return undefined;
  const order: readonly string[] = [...FOLDERS, 'tests'];
  if (!order.includes(to)) return `imports ${target}, which is in no folder of the code`;
  if (order.indexOf(to) > order.indexOf(from)) return `imports ${target}, and ${to} comes after ${from}`;
  return target === `${to}/index.ts` || DOORS.includes(target)
    ? undefined
    : `imports ${target}, past ${to}/index.ts`;
}

/** Import cycles among files, each as its path back to where it began. Imports of types alone count too. */
export function importCycles(sources: Tree): string[][] {
  const graph = new Map([...sources].map(([file, text]) => [file, targets(file, text)]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

function targets(file: string, text: string): string[] {
  const local = importsOf(text).flatMap(({ specifier }) => (specifier?.startsWith('.') ? [specifier] : []));
  return local.map((specifier) => posix.join(posix.dirname(file), specifier));
}
