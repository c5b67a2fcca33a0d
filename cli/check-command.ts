import type { Call } from './command.ts';
import { goDuration, settingsText } from './values.ts';
import { quoted } from './verdict-text.ts';

/** Where `gotwin check` puts report and recordings, if it is not told. */
export const DEFAULT_REPORT = 'gotwin-report';

/** The command that makes this report again, for the report's foot. */
export function commandOf({ operands, programArgs, options }: Call): string {
  const words = ['gotwin', 'check', ...operands];
  if (options.faults) words.push('--faults');
  if (options.test) words.push('--test');
  if (options.go) words.push('--go', options.go.join(','));
  if (options.goroot) words.push('--goroot', options.goroot);
  if (options.judgeBy) words.push('--judge-by', options.judgeBy);
  if (options.arch) words.push('--arch', options.arch.join(','));
  if (options.layers) words.push('--layers', options.layers.join(','));
  if (options.probeMode) words.push('--probe-mode', options.probeMode);
  if (options.probeKinds) words.push('--probe-kinds', options.probeKinds.join(','));
  if (options.probeWindow) words.push('--probe-window', String(options.probeWindow));
  if (options.godebug) words.push('--godebug', settingsText(options.godebug));
  if (options.timeLimit) words.push('--time-limit', `${options.timeLimit}ms`);
  if (options.expect) words.push('--expect', options.expect);
  if (options.fault) words.push('--fault', options.fault);
  if (options.delay !== undefined) words.push('--delay', goDuration(options.delay));
  if (options.count) words.push('--count', String(options.count));
  if (options.duration) words.push('-d', `${options.duration}ms`);
  if (programArgs.length > 0) words.push('--', ...programArgs);
  return words.map(quoted).join(' ');
}
