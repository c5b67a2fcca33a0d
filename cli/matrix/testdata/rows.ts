/** Rows and documents of a matrix, for tests that need no Go. */
import type { CellDocument, MatrixDocument, MatrixRow } from '../document.ts';
import type { PlannedCell } from '../plan.ts';
import type { UsersTree } from '../trees.ts';

const PLAN = 'a'.repeat(64);
export const BUILD = { version: '0.0.0', code: 'c0de' };

export function row(id: string, more: Partial<MatrixRow> = {}): MatrixRow {
  const place = { program: 'hello', go: 'go1.26.8', arch: 'amd64', setting: 'default', layers: [] };
  return { id, ...place, shard: 1, state: 'elsewhere', why: '', notObserved: [], ...more };
}

export function judged(id: string, more: Partial<MatrixRow> = {}): MatrixRow {
  const said = { key: '0'.repeat(32), verdict: 'conforms' as const, signatures: [], why: 'all allowed', ms: 10 };
  return row(id, { state: 'judged', ...said, ...more });
}

export function matrix(cells: MatrixRow[], more: Partial<MatrixDocument> = {}): MatrixDocument {
  return { schema: 1, plan: PLAN, shard: { index: 1, count: 2 }, done: true, judgedBy: BUILD, cells, ...more };
}

export function planned(id: string, more: Partial<PlannedCell> = {}): PlannedCell {
  const dir = '/fixtures';
  const target = { kind: 'fixture', name: 'hello', target: 'hello', dir, pattern: './hello', cwd: dir } as const;
  const place = { go: 'go1.26.8', arch: 'amd64', settingName: 'default', setting: {}, layers: ['trace'] } as const;
  return { id, target, ...place, run: 1, file: 'hello.gotwin', ...more };
}

export function usersTree(name: string, hash: string, version = 'go1.26.8'): UsersTree {
  const tree = { runtimeHash: hash, release: undefined, changed: [] };
  return { name, hash, toolchain: { version, goroot: '/go', go: '/go/bin/go', from: 'given', tree } };
}

export function cellDocument(key: string, more: Partial<CellDocument> = {}): CellDocument {
  const { id, program, go, arch, setting } = row('hello go1.26.8 amd64');
  return {
    schema: 1,
    ...{ key, id, program, go, arch, setting, layers: ['trace'], verdict: 'conforms', why: '', exit: 'exit 0' },
    ...{ emulated: false, signatures: [], notObserved: [], ms: { record: 1, judge: 1 } },
    file: 'hello.gotwin',
    judgedBy: BUILD,
    ...more,
  };
}
