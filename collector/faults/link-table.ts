/**
 * Faults of package runtime that the linker finds: chains of nosplit functions that need more than there is.
 * No program comes of them, so nothing is run and no recording made; `gotwin nosplit` tells of them.
 */
import type { Edit, Fault } from './table.ts';

const RELEASES = ['1.22', '1.23', '1.24', '1.25', '1.26'];
const TRIED = { go: RELEASES, arch: ['amd64', 'arm64'] };
const HISTORY = { commit: 'c9321f3fb1', issues: [9721] };

/** The function whose chain overflowed in 2015, as it begins in every release. */
function intoExitsyscall(call: string): Edit {
  return {
    file: 'proc.go',
    find: 'func exitsyscall() {\n\tgp := getg()\n',
    replace: `func exitsyscall() {\n\tgp := getg(); ${call} // Gotwin\n`,
  };
}

const HOG = `
// Gotwin, fault nosplit-hog: two frames that do not fit below exitsyscall.
//
//go:nosplit
//go:noinline
func gotwin_hog(n int32) byte {
	var kept [600]byte
	kept[n&7] = 1
	return gotwin_piglet(n) + kept[(n+1)&7]
}

//go:nosplit
//go:noinline
func gotwin_piglet(n int32) byte {
	var kept [200]byte
	kept[n&7] = 1
	return kept[(n+1)&7]
}
`;

/** Each calls the next; inlined, eight of them have one frame. */
const TURNS = 28;
const turns = Array.from({ length: TURNS }, (_, nth) => {
  const result = nth === TURNS - 1 ? 'n' : `gotwin_turn${nth + 1}(n) + 1`;
  return `\n//go:nosplit\nfunc gotwin_turn${nth}(n int32) int32 { return ${result} }\n`;
}).join('');

export const LINK_FAULTS: readonly Fault[] = [
  {
    name: 'nosplit-hog',
    summary:
      'exitsyscall calls two functions without a split check whose frames are larger than what is left.',
    history: HISTORY,
    fixture: 'nosplit',
    finds: ['nosplit/overflow'],
    seen: 'does not link: `nosplit stack over 792 byte limit`, with the chain',
    tried: TRIED,
    edits: [intoExitsyscall('gotwin_hog(gp.m.locks)'), { file: 'proc.go', append: HOG }],
  },
  {
    name: 'nosplit-unoptimised',
    summary:
      'exitsyscall begins a chain of small functions that fits when they are inlined, and does not when they are not.',
    history: HISTORY,
    fixture: 'nosplit',
    finds: ['nosplit/overflow'],
    seen: "links, and does not with `--gcflags='all=-l'`: the compiler heeds -l in package runtime, and not -N",
    tried: TRIED,
    edits: [
      intoExitsyscall('gotwin_turn0(gp.m.locks)'),
      { file: 'proc.go', append: `\n// Gotwin, fault nosplit-unoptimised.\n${turns}` },
    ],
  },
];
