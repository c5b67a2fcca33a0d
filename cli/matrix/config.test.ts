import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

const block = { programs: ['hello'], go: ['1.26'], arch: ['amd64'] };

test('a configuration may say as little as one block', () => {
  expect(parseConfig(JSON.stringify({ schema: 1, cells: [block] }), 'm.json')).toEqual({
    schema: 1,
    settings: {},
    trees: {},
    cells: [{ ...block, settings: ['default'], count: 1, test: false }],
    exclude: [],
  });
});

test.each([
  ['{', 'm.json is no JSON'],
  [{ schema: 2, cells: [block] }, 'm.json is wrong at schema'],
  [{ schema: 1, cells: [] }, 'm.json is wrong at cells'],
  [
    { schema: 1, cells: [{ ...block, go: ['Latest'] }] },
    'cells.0.go.0: write a Go release as 1.26 or 1.26.8',
  ],
  [{ schema: 1, cells: [{ ...block, arch: ['x86'] }] }, 'cells.0.arch.0: write * or one of amd64, 386'],
  [{ schema: 1, cells: [{ ...block, timeLimit: '10' }] }, 'cells.0.timeLimit: write a duration'],
  [{ schema: 1, cells: [{ ...block, cuont: 2 }] }, 'cells.0: Unrecognized key: "cuont"'],
  [{ schema: 1, cells: [block], trees: { '1.26': '/go' } }, 'trees.1.26'],
  [{ schema: 1, cells: [block], trees: { mine: '' } }, 'trees.mine'],
  [{ schema: 1, cells: [block], settings: { 'a b': {} } }, 'settings.a b'],
  [{ schema: 1, cells: [block], settings: { a: { godebug: { x: '1,y=2' } } } }, 'settings.a.godebug.x'],
  [{ schema: 1, cells: [block], exclude: [{ arch: ['386'] }] }, 'exclude.0.reason'],
])('%j is refused, with where and what', (config, message) => {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  expect(() => parseConfig(text, 'm.json')).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }),
  );
});
