/** What main thread and workers say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { Plan } from './plan.ts';

/** What a worker begins with, before anybody knows for what. */
export interface Start {
  readonly code: WebAssembly.Module;
}

/** The task, before the trace was looked at. */
export interface Load {
  readonly kind: 'load';
  readonly module: string;
  readonly settings: unknown;
  /** Ports to the workers that order the generations before and after its own. */
  readonly before: MessagePort;
  readonly after: MessagePort;
}

/** Every `step`th generation of a plan from `first` on. */
export interface Work {
  readonly kind: 'work';
  readonly path: string;
  readonly plan: Plan;
  readonly first: number;
  readonly step: number;
}

/** To a worker: `load` and `work` once, then, for each value that was taken, that there is room for another. */
export type Order = Load | Work | { readonly kind: 'taken' };

/** From a worker: values of a generation and its end, what the task threw, or that only the reader itself knows what to make of it. */
export type Report =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'odd' };

/** From worker to worker: what ordering a generation left for the next. */
export interface Token {
  readonly state: Uint8Array;
  /** Events placed so far. */
  readonly events: number;
}

/** Values that a worker makes before one of them is taken. */
export const AHEAD = 4;
