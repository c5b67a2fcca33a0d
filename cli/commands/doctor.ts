import { RESULT_SCHEMA } from '../../replay/result.ts';
import { columns } from '../columns.ts';
import type { Call } from '../command.ts';
import { type Check, examine } from '../doctor-checks.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import type { Paint } from '../paint.ts';

export async function run(call: Call): Promise<number> {
  const checks = await examine(call.terminal.env);
  const ready = !checks.some(({ state }) => state === 'missing');
  if (call.options.json) await printDocument({ schema: RESULT_SCHEMA, ready, checks }, call);
  else await call.terminal.out.line(linesOf(checks, ready, call.terminal.paint).join('\n'));
  return ready ? EXIT.conforms : EXIT.usage;
}

function linesOf(checks: readonly Check[], ready: boolean, paint: Paint): string[] {
  const paints = { ok: paint.good, limited: paint.warn, missing: paint.bad };
  const rows = checks.map(({ what, state, found }) => [what, paints[state](state), found]);
  const todo = checks.filter(({ advice }) => advice !== '').map(({ what, advice }) => `  ${what}: ${advice}`);
  const verdict = ready
    ? paint.good('The main job (gotwin check) can run here.')
    : paint.bad('The main job cannot run here yet.');
  return [
    ...columns(rows),
    '',
    ...(todo.length > 0 ? ['To get what is missing:', ...todo, ''] : []),
    verdict,
  ];
}
