/** Rows of the fine model that no world asks, each with the reason: a test holds that every other row is asked somewhere. */
export const NOT_MODELLED: Readonly<Record<string, string>> = {
  'status/transition': 'is what a transition is held against that no row has: nothing allowed ever asks it',
  'status/create-parked': 'coroutines are in no history',
  'status/switch': 'coroutines are in no history',
  'status/leak': 'the search for leaked goroutines is in no history',
  'status/unleak': 'the search for leaked goroutines is in no history',
  'status/scan-leaked': 'the search for leaked goroutines is in no history',
  'status/scanned-leaked': 'the search for leaked goroutines is in no history',
  'status/new-extra': 'threads that C made are in no history',
  'status/enter-callback': 'threads that C made are in no history',
  'status/leave-callback': 'threads that C made are in no history',
  'status/hold-callback': 'threads that C made are in no history',
  'status/release-callback': 'threads that C made are in no history',
  'stackcache/clear': 'a P that goes away when GOMAXPROCS changes is in no history',
  'status/wait-ends': 'is what the explorer asks of every state: a wait that never ends is a wedge',
};
