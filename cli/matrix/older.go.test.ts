import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { goArch, openRecording, RUNTIME_ENTRY } from '../../collector/index.ts';
import { gotwin } from '../spawned.ts';
import { matrixDocumentSchema } from './document.ts';
import { Store } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-older-matrix-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function runtimeText(path: string): Promise<string> {
  const recording = await openRecording(path);
  let text = '';
  for await (const chunk of recording.read(RUNTIME_ENTRY)) text += Buffer.from(chunk).toString('latin1');
  await recording.close();
  return text;
}

test('a loop that calls nothing hangs on Go 1.9 and ends on 1.16: both are as the model of their release has it', async (context) => {
  if (goArch() !== 'amd64') context.skip('toolchains of these releases come for amd64');
  const block = { programs: ['tightloop'], arch: ['amd64'] };
  const cells = [
    { ...block, go: ['1.9'], timeLimit: '2s' },
    { ...block, go: ['1.16'] },
  ];
  writeFileSync(join(folder, 'm.json'), JSON.stringify({ schema: 1, cells }));
  const args = ['matrix', 'm.json', '-o', 'm', '--json'];
  const { code, stdout, stderr } = await gotwin(args, { cwd: folder });
  const again = `gotwin ${args.join(' ')}\n${stderr}`;
  const matrix = matrixDocumentSchema.parse(JSON.parse(stdout));
  const absent = matrix.cells.find(({ state }) => state === 'left-out');
  if (absent !== undefined) context.skip(absent.why);
  expect(code, again).toBe(0);
  expect(matrix.verdict).toBe('conforms');
  expect(matrix.cells, again).toMatchObject([
    {
      state: 'judged',
      verdict: 'conforms',
      endedAsKnown: true,
      why: expect.stringMatching(/as before Go 1\.14: .*it hangs here/),
    },
    {
      state: 'judged',
      verdict: 'conforms',
      endedAsKnown: true,
      why: expect.stringMatching(/as since Go 1\.14: .*it ends here/),
    },
  ]);
  const store = new Store(join(folder, 'm'));
  const cell = await store.cell(matrix.cells[0]!.key!);
  expect(await runtimeText(store.recordingOf(cell!))).toMatch(/^SIGQUIT: quit/m);
});
