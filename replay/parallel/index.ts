/** Reads a trace in several threads. Node only. */
export { type MapOptions, type Mapping, mapGenerations } from './map.ts';
export type { Place, Task } from './task.ts';
