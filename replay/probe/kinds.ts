/** The kinds of records by name, as literals that a switch is fast on; a test holds them against the collector's table. */
export const KIND = {
  gstatus: 1,
  gstatuswait: 2,
  gnew: 3,
  goexit1: 4,
  goexit0: 5,
  gdestroy: 6,
  gfput: 7,
  ready: 8,
  execute: 9,
  netpollready: 10,
  netpollunblock: 11,
  sysenter: 12,
  sysblock: 13,
  sysexit: 14,
  stackalloc: 15,
  stackfree: 16,
  stackcacherefill: 17,
  stackcacherelease: 18,
  stackcacheclear: 19,
  copystackbegin: 20,
  copystackend: 21,
  shrinkstack: 22,
  newstack: 23,
  allocm: 24,
  mstart: 25,
  mexit: 26,
  freemadd: 27,
  exitthread: 28,
  reap: 29,
  pstatus: 30,
  wirep: 31,
  releasep: 32,
  handoffp: 33,
  stw: 34,
  startworld: 35,
  gcphase: 36,
  throw: 37,
  fatal: 38,
  begin: 39,
  end: 40,
  allocmbegin: 41,
  reapkeep: 42,
  clock: 43,
} as const;

export type KindName = keyof typeof KIND;

/** Names by number; what is past its end, or 0, is no kind. */
export const KIND_NAMES: readonly (KindName | undefined)[] = Object.entries(KIND).reduce<
  (KindName | undefined)[]
>((names, [name, number]) => {
  names[number] = name as KindName;
  return names;
}, []);
