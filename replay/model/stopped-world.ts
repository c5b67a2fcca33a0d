/** While the world is stopped one thread has a P; the netpoller and sysmon, which need none, go on. */
import { type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

export const stoppedWorld: readonly FineRow[] = familyOf('world', [
  {
    id: 'world/stop',
    text: 'a stopped world is not stopped again',
    cite: [at('proc.go', 'stopTheWorldWithSema', 'worldStopped()')],
  },
  {
    id: 'world/start',
    text: 'the thread that stopped the world starts it again',
    cite: [at('proc.go', 'startTheWorldWithSema', 'assertWorldStopped()')],
  },
  {
    id: 'world/wire',
    text: 'while the world is stopped no other thread gets a P',
    cite: [
      at('proc.go', 'stopTheWorldWithSema', 'bad = "stopTheWorld: not stopped (status != _Pgcstop)"'),
      at('proc.go', 'wirep', 'if pp.m != 0 || pp.status != _Pidle {'),
    ],
  },
  {
    id: 'world/execute',
    text: 'while the world is stopped no other thread begins to run a goroutine',
    cite: [at('proc.go', 'schedule', 'execute(gp, inheritTime)')],
  },
]);
