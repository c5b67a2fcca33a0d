/** The status word and its scan bit: every change is asked of the model's rows (`../../model/status-word.ts`, `scan-bit.ts`). */
import { rawWord, SCAN, WORD, WORDS, wordName, wordNamed } from '../../probe/words.ts';
import { type FieldsOf, oneOf, pointer, type Thing } from '../layout.ts';
import { type Label, type Step, step, type Thread, wait } from '../program.ts';
import type { Rules } from '../rules.ts';
import type { World } from '../world.ts';

export interface G extends Thing {
  status: number;
  /** The M that runs it. */
  m: Thread | undefined;
  /** The M that set its scan bit. */
  scannedBy: Thread | undefined;
}

export const STATUS_NAMES = Array.from({ length: WORDS }, (_, word) => wordName(word));

export function statusFields(ms: () => readonly Thread[]): FieldsOf<G> {
  return { status: oneOf(STATUS_NAMES), m: pointer(ms), scannedBy: pointer(ms) };
}

/** `casgstatus(gp, _Gwaiting, _Grunnable)`: what a statement changes stands in it. */
const TRANSITION = /_G(\w+), _G(\w+)\)/;

function wordsIn(statement: string): [from: number, to: number] {
  const found = TRANSITION.exec(statement);
  if (found === null) throw new RangeError(`${statement} names no transition`);
  return [named(found[1] as string), named(found[2] as string)];
}

const named = (text: string): number =>
  text.startsWith('scan') && text !== 'scan' ? wordNamed(`scan ${text.slice(4)}`) : wordNamed(text);

// biome-ignore lint/suspicious/noConfusingVoidType: what follows a change may say nothing
type After<M> = (m: M) => Label | undefined | void;
/** In a system call a goroutine keeps its M. */
const SYSCALL = wordNamed('syscall');
const NO_TRANSITIONS = new Int16Array();
type Of<M> = (m: M) => G;

export class StatusWord<M extends Thread> {
  readonly #world: World<M>;
  readonly #rules: Rules;
  readonly #gs: () => readonly G[];
  readonly #throws: boolean;
  readonly #ids;

  /** `throws`: whether casgstatus says so when it waits for a word that nobody will bring back, which came after 2014. */
  constructor(world: World<M>, gs: () => readonly G[], throws = true) {
    const { rules } = world;
    this.#world = world;
    this.#rules = rules;
    this.#throws = throws;
    this.#gs = gs;
    this.#ids = {
      chain: rules.row('status/chain'),
      own: rules.row('status/own-thread'),
      scan: rules.row('status/scan-owner'),
      wait: rules.row('status/wait'),
      one: rules.row('schedule/one-goroutine'),
    };
  }

  /** Spins until the word is the one that the statement names first, and makes it the other. */
  casgstatus(statement: string, g: Of<M>, after?: After<M>): Step<M> {
    const [from, to] = wordsIn(statement);
    return this.cas(
      statement,
      g,
      () => from,
      () => to,
      after,
    );
  }

  /** The same, where the words are in variables. */
  cas(statement: string, g: Of<M>, from: (m: M) => number, to: (m: M) => number, after?: After<M>): Step<M> {
    let table: Int16Array = NO_TRANSITIONS;
    let by = '';
    return wait<M>(
      statement,
      (m) => {
        const gp = g(m);
        if (gp.status === from(m)) return true;
        this.#waits(m, gp, from(m), by);
        return false;
      },
      (m) => {
        this.change(m, g(m), to(m), table, by);
        return after?.(m);
      },
      (func) => {
        by = func;
        table = this.#rules.transitions(func);
      },
    );
  }

  /** A compare and swap that may fail, and then goes on at `failed`. */
  try(statement: string, g: Of<M>, from: (m: M) => number, to: (m: M) => number, failed: Label): Step<M> {
    let table: Int16Array = NO_TRANSITIONS;
    let by = '';
    return step<M>(
      statement,
      (m) => {
        const gp = g(m);
        if (gp.status !== from(m)) return failed;
        this.change(m, gp, to(m), table, by);
        return undefined;
      },
      (func) => {
        by = func;
        table = this.#rules.transitions(func);
      },
    );
  }

  /** What a function has to say, for steps that change a status among other things. */
  changer(): { bind: (func: string) => void; change: (m: M, gp: G, to: number) => void } {
    let table: Int16Array = NO_TRANSITIONS;
    let by = '';
    return {
      bind: (func) => {
        by = func;
        table = this.#rules.transitions(func);
      },
      change: (m, gp, to) => this.change(m, gp, to, table, by),
    };
  }

  private change(m: M, gp: G, to: number, table: Int16Array, by: string): void {
    const rules = this.#rules;
    const from = gp.status;
    const pair = from * WORDS + to;
    rules.allow(this.#ids.chain);
    rules.change(
      table[pair] as number,
      pair,
      () => `${by} changes it from ${wordName(from)} to ${wordName(to)}`,
    );
    rules.tell('gstatus', m, { g: gp, a: rawWord(from), b: rawWord(to), by });
    if (from >= SCAN) rules.ask(this.#ids.scan, gp.scannedBy === m, () => 'another thread set its scan bit');
    else if (to !== (from | SCAN) && (from === WORD.running || from === WORD.copystack))
      rules.ask(this.#ids.own, gp.m === m, () => 'another thread runs it');
    gp.status = to;
    gp.scannedBy = to >= SCAN ? m : undefined;
    const status = to & (SCAN - 1);
    if (to === WORD.running && from < SCAN) this.#runs(m, gp);
    else if (status !== WORD.running && status !== SYSCALL && to !== WORD.copystack) gp.m = undefined;
  }

  #runs(m: M, gp: G): void {
    gp.m = m;
    let alone = true;
    const gs = this.#gs();
    for (let i = 0; i < gs.length; i++) {
      const other = gs[i] as G;
      if (other !== gp && (other.status & (SCAN - 1)) === WORD.running && other.m === m) alone = false;
    }
    this.#rules.ask(this.#ids.one, alone, () => 'another goroutine runs on that thread');
  }

  #waits(m: M, gp: G, wanted: number, by: string): void {
    const found = gp.status;
    if (this.#throws && wanted === WORD.waiting && found === WORD.runnable)
      this.#world.throw('casgstatus: waiting for Gwaiting but is Grunnable');
    const isIt = found === (wanted | SCAN);
    this.#rules.ask(
      this.#ids.wait,
      isIt,
      () => `${by} waits for it to be ${wordName(wanted)}, and finds it ${wordName(found)}`,
    );
    if (!isIt) this.#rules.tell('gstatuswait', m, { g: gp, a: rawWord(wanted), b: rawWord(found), by });
  }
}

/** Whether this thread may read and move the goroutine's stack: it set the scan bit, or runs it, or copies its stack. */
export function holds(m: Thread, gp: G): boolean {
  if (gp.status >= SCAN && gp.status !== (WORD.running | SCAN)) return gp.scannedBy === m;
  return (gp.status === WORD.running || gp.status === WORD.copystack) && gp.m === m;
}
