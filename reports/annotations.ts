/**
 * Workflow commands of GitHub's runner, a line for each finding: it shows them on the page of the
 * change and of the job. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import { type Finding, findings } from '../differ/index.ts';
import type { Replay } from '../replay/index.ts';
import { printable } from './escape.ts';

/** What the runner shows of one step and one level. */
const MOST = 10;
const MOST_TEXT = 1000;

/** The most important first; the last says how many there are besides. */
export function toAnnotations(replays: readonly Replay[]): string[] {
  const found = findings(replays);
  const kept = found.length > MOST ? found.slice(0, MOST - 1) : found;
  const more = found.length - kept.length;
  const rest = more === 0 ? [] : [command('error', 'Gotwin', `${more} more findings are in the report.`)];
  return [...kept.map(annotation), ...rest];
}

function annotation({ rule, text, class: kind, seen, of, example }: Finding): string {
  const { observed, repro, known } = example.divergence;
  const until =
    kind === 'known' && known !== undefined ? `\nKnown until ${known.expires}: ${known.reason}` : '';
  return command(
    kind === 'known' ? 'notice' : 'error',
    `Gotwin: ${rule}, in ${seen.length} of ${of} recordings`,
    `${text}\n${observed}\nAgain: ${repro}${until}`,
  );
}

/** What a recording says must not become a command of its own: line breaks and `%` are escaped, in a property `:` and `,` too. */
function command(level: 'error' | 'notice', title: string, message: string): string {
  return `::${level} title=${escaped(title).replaceAll(':', '%3A').replaceAll(',', '%2C')}::${escaped(message)}`;
}

function escaped(text: string): string {
  return text
    .slice(0, MOST_TEXT)
    .split('\n')
    .map((line) => printable(line).replaceAll('%', '%25').replaceAll('\r', '%0D'))
    .join('%0A');
}
