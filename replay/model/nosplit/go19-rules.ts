/** The rules of Go 1.9's stack check where they are not those of Go 1.22: the same names, and other statements. */
import type { Citation } from '../../result.ts';
import type { NosplitRule } from './rule.ts';

const check = (func: string, statement: string): Citation => ({
  file: 'cmd/link/internal/ld/lib.go',
  func,
  statement,
});

export const go19Rules: readonly NosplitRule[] = [
  {
    id: 'nosplit/base',
    text: 'a chain may use 752 bytes: of 880 above the guard 128 are for frames that are not checked',
    cite: ['StackGuard = 880*stackGuardMultiplier + StackSystem', 'StackSmall = 128'].map((statement) => ({
      file: 'cmd/internal/objabi/stack.go',
      func: 'const',
      statement,
    })),
  },
  {
    id: 'nosplit/multiplier',
    text: 'the race detector and the system change nothing: the multiplier is built into the linker',
    cite: [
      {
        file: 'cmd/internal/objabi/stack.go',
        func: 'const',
        statement: 'StackLimit = StackGuard - StackSystem - StackSmall',
      },
      {
        file: 'cmd/internal/objabi/zbootstrap.go',
        func: 'const',
        statement: 'const stackGuardMultiplier = 1',
      },
    ],
  },
  {
    id: 'nosplit/limit',
    text: 'less what one CALL needs, on every machine',
    cite: [check('(*Link) dostkcheck', 'ch.limit = objabi.StackLimit - callsize(ctxt)')],
  },
  {
    id: 'nosplit/call-size',
    text: 'a CALL pushes a register where the machine has no link register',
    cite: [
      check('callsize', 'if haslinkregister(ctxt) { return 0 } return SysArch.RegSize'),
      check('haslinkregister', 'return ctxt.FixedFrameSize() != 0'),
    ],
  },
  {
    id: 'nosplit/split',
    text: 'a function with a split check needs room to call morestack; what it calls begins below its own variables',
    cite: [
      check('stkcheck', 'ch.limit = limit - callsize(ctxt) ch.sym = morestack'),
      check('stkcheck', 'if !top { return 0 }'),
      check('stkcheck', 'limit = int(objabi.StackLimit+locals) + int(ctxt.FixedFrameSize())'),
    ],
  },
  {
    id: 'nosplit/morestack',
    text: 'morestack itself needs nothing: it switches to another stack',
    cite: [check('stkcheck', 'if s == morestack { return 0 }')],
  },
  {
    id: 'nosplit/indirect',
    text: 'a call of a function value is taken for a call of a function with a split check, which calls morestack',
    cite: [check('stkcheck', 'ch1.limit = ch.limit - callsize(ctxt)')],
  },
  {
    id: 'nosplit/external',
    text: 'where a function calls what is no Go function, the rest of it is not looked at',
    cite: [check('stkcheck', 'if s.Attr.External() || s.FuncInfo == nil {')],
  },
  {
    id: 'nosplit/call',
    text: "a function's call starts as deep as the frame is there, and a CALL deeper",
    cite: [check('stkcheck', 'ch.limit = int(int32(limit) - pcsp.value - int32(callsize(ctxt)))')],
  },
  {
    id: 'nosplit/leaf',
    text: 'a frame counts by itself wherever it is',
    cite: [check('stkcheck', 'if int32(limit)-pcsp.value < 0 {')],
  },
  {
    id: 'nosplit/cycle',
    text: 'a cycle of nosplit functions is walked until nothing is left, or a hundred calls down',
    cite: [check('stkcheck', 'if depth > 100 {')],
  },
  {
    id: 'nosplit/overflow',
    text: 'at no place may less than nothing be left',
    cite: [check('stkcheck', 'if limit < 0 { stkbroke(ctxt, up, limit) return -1 }')],
  },
  {
    id: 'nosplit/roots',
    text: 'it is told from every function that is checked, once, first those without a split check',
    cite: [
      check('(*Link) dostkcheck', 'if s.Attr.NoSplit() { ch.sym = s stkcheck(ctxt, &ch, 0) }'),
      check('(*Link) dostkcheck', 'if !s.Attr.NoSplit() { ch.sym = s stkcheck(ctxt, &ch, 0) }'),
      check('stkcheck', 'if s.Attr.StackCheck() { return 0 }'),
    ],
  },
  {
    id: 'nosplit/report',
    text: 'only the first place of a function that breaks the limit is told, with what is left at each step down to it',
    cite: [
      check('stkbroke', 'Errorf(ch.sym, "nosplit stack overflow")'),
      check('stkprint', String.raw`fmt.Printf("\t%d\tassumed on entry to %s\n", ch.limit, name)`),
      check('stkprint', String.raw`fmt.Printf("\t%d\tafter %s uses %d\n", limit, name, ch.limit-limit)`),
    ],
  },
  {
    id: 'nosplit/errors',
    text: 'after the twenty-first error the linker gives up',
    cite: [{ file: 'cmd/link/internal/ld/util.go', func: 'Errorf', statement: 'if nerrors > 20' }],
  },
];
