/**
 * The rules of the linker's stack check as of Go 1.22, each with the statements of
 * Go's source that make it so, and what was different later.
 */
import type { Citation } from '../../result.ts';
import { RELEASES, type Release } from '../row.ts';
import type { NosplitRelease } from './budget.ts';
import { go19Rules } from './go19-rules.ts';
import type { NosplitRule } from './rule.ts';

const check = (func: string, statement: string): Citation => ({
  file: 'cmd/link/internal/ld/stackcheck.go',
  func,
  statement,
});
const machine = (variable: string, name: string, family: string, registers: string): Citation => ({
  file: 'cmd/internal/sys/arch.go',
  func: 'var',
  statement: `${variable} = &Arch{ Name: "${name}", Family: ${family}, ByteOrder: binary.LittleEndian, ${registers}`,
});

const raceMultiplier: Citation = {
  file: 'cmd/internal/objabi/stack.go',
  func: 'stackGuardMultiplier',
  statement: 'if race { n += 1 }',
};

const rules: readonly NosplitRule[] = [
  {
    id: 'nosplit/base',
    text: 'a chain may use 800 bytes',
    cite: [
      { file: 'internal/abi/stack.go', func: 'const', statement: 'StackNosplitBase = 800' },
      {
        file: 'cmd/internal/objabi/stack.go',
        func: 'StackNosplit',
        statement: 'return abi.StackNosplitBase * stackGuardMultiplier(race)',
      },
    ],
  },
  {
    id: 'nosplit/multiplier',
    text: 'as much again under the race detector, and as much again on AIX',
    cite: [
      {
        file: 'cmd/internal/objabi/stack.go',
        func: 'stackGuardMultiplier',
        statement: 'if buildcfg.GOOS == "aix" { n += 1 }',
      },
      raceMultiplier,
    ],
  },
  {
    id: 'nosplit/limit',
    text: 'less what one CALL needs, and on arm64 less the 8 bytes of the frame pointer below SP',
    cite: [
      check('(*Link) doStackCheck', 'limit := objabi.StackNosplit(*flagRace) - sc.callSize'),
      check('(*Link) doStackCheck', 'limit -= 8'),
    ],
  },
  {
    id: 'nosplit/call-size',
    text: 'a CALL pushes a register where the machine has no link register: 8 bytes on amd64, 4 on 386',
    cite: [
      check('newStackCheck', 'if !ctxt.Arch.HasLR { sc.callSize = ctxt.Arch.RegSize }'),
      machine('ArchAMD64', 'amd64', 'AMD64', 'PtrSize: 8, RegSize: 8, MinLC: 1,'),
      machine('Arch386', '386', 'I386', 'PtrSize: 4, RegSize: 4, MinLC: 1,'),
    ],
  },
  {
    id: 'nosplit/split',
    text: 'a function with a split check needs room to call morestack, and nothing else',
    cite: [
      check('(*stackCheck) computeHeight', 'if !ldr.IsNoSplit(sym) {'),
      check('(*stackCheck) computeHeight', 'addEdge(sc.callSize, sc.morestack) return maxHeight, edges'),
    ],
  },
  {
    id: 'nosplit/morestack',
    text: 'morestack itself needs nothing: it switches to another stack',
    cite: [check('(*stackCheck) computeHeight', 'if sym == sc.morestack {')],
  },
  {
    id: 'nosplit/indirect',
    text: 'a call of a function value is taken for a call of a function with a split check',
    cite: [
      check(
        '(*stackCheck) computeHeight',
        'return sc.callSize, []stackCheckEdge{{sc.callSize, sc.morestack}}',
      ),
    ],
  },
  {
    id: 'nosplit/external',
    text: 'what is no Go function needs nothing: it runs on the system stack',
    cite: [
      check('(*stackCheck) computeHeight', 'if ldr.AttrExternal(sym) { return 0, nil }'),
      check('(*stackCheck) computeHeight', 'if info := ldr.FuncInfo(sym); !info.Valid() {'),
    ],
  },
  {
    id: 'nosplit/call',
    text: "a nosplit function's call starts as deep as the frame is there, and a CALL deeper",
    cite: [
      check('(*stackCheck) computeHeight', 'growth := height + sc.callSize'),
      check('(*stackCheck) computeHeight', 'if t.IsDirectCall() || t == objabi.R_CALLIND {'),
    ],
  },
  {
    id: 'nosplit/leaf',
    text: 'a frame counts by itself only where it is deeper than every call that is made from it',
    cite: [check('(*stackCheck) computeHeight', 'if maxLocalHeight > maxHeight {')],
  },
  {
    id: 'nosplit/cycle',
    text: 'a cycle of nosplit functions has no bottom: 32767 bytes stand for infinity',
    cite: [
      check('const', 'stackCheckCycle int16 = 1<<15 - 1'),
      check('(*stackCheck) check', 'sc.height[sym] = stackCheckCycle'),
      check('(*stackCheck) check', 'if h > int(stackCheckCycle) {'),
    ],
  },
  {
    id: 'nosplit/overflow',
    text: 'no function may need more than the limit',
    cite: [check('(*Link) doStackCheck', 'if sc.check(s) > limit { failed = append(failed, s) }')],
  },
  {
    id: 'nosplit/roots',
    text: 'what is told is told from the functions that no other function over the limit calls, deepest first',
    cite: [
      check('(*Link) doStackCheck', 'roots := sc.findRoots()'),
      check('(*stackCheck) findRoots', 'if cycle, lowest := walk(k, out.target); cycle {'),
      check('(*stackCheck) findRoots', 'return h1 > h2'),
      check('(*stackCheck) findRoots', 'return roots[i] < roots[j]'),
    ],
  },
  {
    id: 'nosplit/report',
    text: 'a chain is told when it ends below the limit, or at what the linker has no edges of, as if that were a cycle',
    cite: [
      check('(*stackCheck) report', 'isCycle := !(ok || sym == 0)'),
      check('(*stackCheck) report', 'delete(sc.graph, sym)'),
      check('(*stackCheck) report', 'sc.graph[sym] = edges'),
      check('(*stackCheck) report', 'if len(edges) == 0 && (depth < 0 || isCycle) {'),
    ],
  },
  {
    id: 'nosplit/errors',
    text: 'after the twenty-first error the linker gives up',
    cite: [{ file: 'cmd/link/internal/ld/util.go', func: 'afterErrorAction', statement: 'if nerrors > 20' }],
  },
];

/** Go 1.24 gave OpenBSD what AIX had. */
const multiplier124: NosplitRule = {
  id: 'nosplit/multiplier',
  text: 'as much again under the race detector, and as much again on AIX and OpenBSD',
  cite: [
    {
      file: 'cmd/internal/objabi/stack.go',
      func: 'stackGuardMultiplier',
      statement: 'if buildcfg.GOOS == "aix" || buildcfg.GOOS == "openbsd" { n += 1 }',
    },
    raceMultiplier,
  ],
};

/** Since which release each of these rules is as it is. */
const CHANGES: readonly (readonly [since: Release, rule: NosplitRule])[] = [['go1.24', multiplier124]];

/** The rules that hold for a release. */
export function nosplitRulesOf(release: NosplitRelease): readonly NosplitRule[] {
  if (release === 'go1.9') return go19Rules;
  const now = RELEASES.indexOf(release);
  const changed = CHANGES.filter(([since]) => RELEASES.indexOf(since) <= now).map(([, rule]) => rule);
  return rules.map((rule) => changed.findLast(({ id }) => id === rule.id) ?? rule);
}
