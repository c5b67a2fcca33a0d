import { joinVerdicts, type Verdict } from '../replay/result.ts';
import { EXIT, exitOfVerdict } from './exit.ts';

/**
 * Exit code of a job of which some parts could not be judged. A verdict against
 * the runtime or the evidence outweighs them; anything milder does not hide them.
 */
export function exitOfJob(verdicts: readonly Verdict[], problems: number): number {
  const judged = exitOfVerdict(joinVerdicts(verdicts));
  if (problems === 0 || (verdicts.length > 0 && (judged === EXIT.diverges || judged === EXIT.malformed)))
    return judged;
  return EXIT.usage;
}
