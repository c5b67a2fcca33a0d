import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { NEWEST, RELEASES, Recorder } from '../decode/testdata/record.ts';
import { judgeTrace } from '../judge-trace.ts';

const program = fileURLToPath(new URL('./testdata/starts', import.meta.url));
const recorder = new Recorder(program);
const again = (go: string, path: string): string =>
  `GOTOOLCHAIN=go${go} go run ${program} ${path} && gotwin replay ${path}`;
afterAll(() => recorder.remove());

// Wrappers are left out of stacks, in another way in each release and without frame pointers.
test.for([
  { go: RELEASES[0].go, godebug: '' },
  { go: NEWEST, godebug: '' },
  { go: NEWEST, godebug: 'tracefpunwindoff=1' },
])('goroutines that begin in every way conform: go$go, GODEBUG=$godebug', async ({ go, godebug }) => {
  const path = await recorder.run(go, [], godebug);
  const { judge } = await judgeTrace(() => createReadStream(path), `go${go}`);
  expect(
    judge.findings.found.map(({ observed }) => observed),
    again(go, path),
  ).toEqual([]);
});
