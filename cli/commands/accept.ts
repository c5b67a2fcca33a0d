import { realpath } from 'node:fs/promises';
import { type Expectation, SIGNATURE, withExpectation } from '../../differ/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import { writeTogether } from '../../reports/index.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { expectationsPath, readExpectations, today } from '../expectations.ts';
import { UsageError } from '../problem.ts';

const DAY_MS = 86_400_000;
/** Long enough to mend what is behind it, short enough to be asked again. */
const DEFAULT_DAYS = 90;

export async function run(call: Call): Promise<number> {
  const expectation = asked(call);
  const file = expectationsPath(call);
  const before = (await readExpectations(file)) ?? { schema: 1, expectations: [] };
  // A link stays one: what it leads to is written.
  const real = await realpath(file).catch(() => file);
  const text = JSON.stringify(withExpectation(before, expectation), undefined, 2);
  await writeTogether([[real, `${text}\n`]], call.signal);
  if (call.options.json) await printDocument({ schema: RESULT_SCHEMA, file, expectation }, call);
  else
    await call.terminal.out.line(
      `${expectation.signature} is known until ${expectation.expires}, ${places(expectation)}: ${file}`,
    );
  return EXIT.conforms;
}

function asked({ operands, options }: Call): Expectation {
  const signature = (operands[0] ?? '').replace(/#\d+$/, '');
  if (!SIGNATURE.test(signature))
    throw new UsageError(
      'not-a-finding',
      `${JSON.stringify(operands[0])} is no finding's signature or id`,
      'They look like goroutine/start~3f9a0c12 and goroutine/start~3f9a0c12#1; `gotwin replay FILE` shows them.',
    );
  const { reason = '', link, program, go, arch } = options;
  if (reason.trim() === '' || reason.length > 1000)
    throw new UsageError(
      'no-reason',
      'why is it put up with?',
      "Add --reason 'TEXT', of at most 1000 characters.",
    );
  if (link !== undefined && !(URL.canParse(link) && /^https?:/.test(link)))
    throw new UsageError('link', `${JSON.stringify(link)} is no address`, 'Write it with https://.');
  const expires = options.expires ?? new Date(Date.now() + DEFAULT_DAYS * DAY_MS).toISOString().slice(0, 10);
  if (expires < today())
    throw new UsageError(
      'past',
      `${expires} is past: it would count for nothing`,
      'Give a day that is yet to come.',
    );
  return {
    signature,
    reason,
    ...(link === undefined ? {} : { link }),
    expires,
    ...(program === undefined ? {} : { programs: program }),
    ...(go === undefined ? {} : { go }),
    ...(arch === undefined ? {} : { arch }),
  };
}

function places({ programs, go, arch }: Expectation): string {
  const parts = [programs, go?.map((release) => `Go ${release}`), arch].filter((part) => part !== undefined);
  return parts.length === 0 ? 'everywhere' : `on ${parts.map((part) => part.join(' or ')).join(', ')}`;
}
