/** What stands further on in the generation: whether an event that waits long still has cause to. */
import { arg, kind } from './columns';
import { waits } from './order';
import { firstRun, nextRun, runEnd, runStart } from './runs';
import {
  GoCreate,
  GoCreateBlocked,
  GoCreateSyscall,
  GoStatus,
  GoStatusStack,
  GoSyscallBegin,
  ProcStatus,
  WAIT_GC,
  WAIT_GOROUTINE,
  WAIT_PROC,
} from './specs';
import { ms, NONE, PLACED, ps, subject, thread } from './state';

/** The M whose row `cause` found. */
export let causeM: i32 = NONE;

/**
 * A row that is not placed yet and may let the head of `m` pass, among the next
 * `rows` of each M; -1 when there is none that near.
 */
export function cause(m: i32, rows: u32): i32 {
  const head = thread(m).row;
  const wait = <u32>load<u8>(waits + <u32>load<u8>(kind + head));
  for (causeM = 0; causeM < ms.used; causeM++) {
    if (causeM === m || thread(causeM).row === PLACED) continue;
    const found = causeIn(causeM, rows, wait, head, m);
    if (found >= 0) return found;
  }
  return -1;
}

function causeIn(other: i32, rows: u32, wait: u32, head: u32, m: i32): i32 {
  let left = rows;
  let row = thread(other).row;
  for (let run = firstRun(other); run !== 0 && left > 0; run = nextRun(run)) {
    row = max(row, runStart(run));
    for (const end = runEnd(run); row < end && left > 0; row++, left--) {
      if (lets(<u32>load<u8>(kind + row), row, wait, head, m)) return <i32>row;
    }
  }
  return -1;
}

/** Whether an event may be what the head of `m` waits for. */
function lets(type: u32, row: u32, wait: u32, head: u32, m: i32): bool {
  const other = <u32>load<u8>(waits + type);
  if (wait === WAIT_GC) return other === WAIT_GC && arg(row, 0) === arg(head, 0) - 1;
  if (wait === WAIT_GOROUTINE || wait === WAIT_PROC) {
    const before = arg(head, 1) - 1;
    if (other === wait && arg(row, 0) === arg(head, 0) && arg(row, 1) === before) return true;
    if (tells(type, wait === WAIT_PROC) && arg(row, 0) === arg(head, 0)) return true;
    if (wait === WAIT_GOROUTINE) return false;
    if (type === GoSyscallBegin && arg(row, 0) === before) return true;
  }
  // The M's own P has to go: only a thief can take it.
  const held = thread(m).p1 - 1;
  if (held < 0 || other !== WAIT_PROC) return false;
  const s = subject(ps, held);
  return arg(row, 0) === s.id && arg(row, 1) === s.seq + 1;
}

/** Whether an event gives a goroutine or P its first number. */
function tells(type: u32, proc: bool): bool {
  if (proc) return type === ProcStatus;
  return (
    type === GoStatus ||
    type === GoStatusStack ||
    type === GoCreate ||
    type === GoCreateBlocked ||
    type === GoCreateSyscall
  );
}
