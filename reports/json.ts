import { z } from 'zod';
import type { Replay, Result } from '../replay/index.ts';
import { joinVerdicts, RESULT_SCHEMA, resultSchema } from '../replay/index.ts';

/** The document that `--json` prints and `result.json` holds; recordings stay in the order given. */
export function toJson(replays: readonly Replay[]): Result {
  return {
    schema: RESULT_SCHEMA,
    verdict: joinVerdicts(replays.map((replay) => replay.verdict)),
    recordings: [...replays],
  };
}

/** The JSON schema (draft 2020-12) of {@link toJson}'s document. */
export function resultJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(resultSchema) as Record<string, unknown>;
}
