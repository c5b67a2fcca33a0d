/** Who holds a P. Taking is recorded after it is done and giving up before, so no two may overlap. */
import { type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

/** The statuses of a P by number, as runtime2.go has them. */
export const P_STATUSES = ['idle', 'running', 'syscall', 'gcstop', 'dead'] as const;

export const pOwnership: readonly FineRow[] = familyOf('P ownership', [
  {
    id: 'p/chain',
    text: 'the status of a P is changed from the one that the change before it left',
    cite: [
      at('proc.go', 'wirep', 'pp.status = _Prunning'),
      at('proc.go', 'releasepNoTrace', 'pp.status = _Pidle'),
      at('proc.go', 'gcstopm', 'pp.status = _Pgcstop'),
    ],
  },
  {
    id: 'p/wire',
    text: 'wirep gives a P that nobody holds to an M that holds none',
    cite: [
      at('proc.go', 'wirep', 'if gp.m.p != 0 {'),
      at('proc.go', 'wirep', 'if pp.m != 0 || pp.status != _Pidle {'),
    ],
  },
  {
    id: 'p/release',
    text: 'an M releases the P that it holds',
    cite: [at('proc.go', 'releasepNoTrace', 'if pp.m.ptr() != gp.m || pp.status != _Prunning {')],
  },
]);
