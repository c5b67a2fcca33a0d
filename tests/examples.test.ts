import { expect, test } from 'vitest';
import { examplesOf, unlike } from './examples.ts';
import { blocksOf } from './shell.ts';

const page = `
\`\`\`sh run
gotwin check hello
\`\`\`

\`\`\`output
hello … conforms
\`\`\`

\`\`\`sh then exits 1
gotwin replay x
\`\`\`

\`\`\`sh
gotwin doctor
\`\`\`

\`\`\`sh run
gotwin doctor
\`\`\`
`;

test('what goes on from an example is a step of it, with its exit code and its output', () => {
  expect(examplesOf(blocksOf(page))).toMatchObject([
    [
      { text: 'gotwin check hello\n', exits: 0, output: 'hello … conforms\n' },
      { text: 'gotwin replay x\n', exits: 1, output: '' },
    ],
    [{ text: 'gotwin doctor\n', exits: 0 }],
  ]);
});

test('a step that goes on from nothing is refused', () => {
  expect(() => examplesOf(blocksOf('```sh then\nls\n```\n'))).toThrow('goes on from nothing');
});

test('lines must be there, whole, in that order, with anything for … and for blanks', () => {
  const text = 'head\nhello   amd64  144  conforms\n\nend\n';
  expect(unlike('hello … conforms\n…\nend', text)).toEqual([]);
  expect(unlike('hello … diverges\nend', text)).toEqual(['hello … diverges']);
  expect(unlike('end\nhead', text)).toEqual(['head']);
  expect(unlike('hello amd64', text)).toEqual(['hello amd64']);
});
