/** The cores of this machine, taken and given back: what runs at once takes no more than there are. */
export class Cores {
  readonly count: number;
  #free: number;
  /** In the order in which they asked: who wants all of them must not be passed by for ever. */
  readonly #waiting: { cores: number; go: () => void }[] = [];

  constructor(count: number) {
    this.count = Math.max(1, count);
    this.#free = this.count;
  }

  /** Resolves, when so many are free, to what gives them back; more than there are means all. */
  async take(cores: number): Promise<() => void> {
    const wanted = Math.min(Math.max(1, cores), this.count);
    if (this.#waiting.length > 0 || this.#free < wanted)
      await new Promise<void>((go) => this.#waiting.push({ cores: wanted, go }));
    else this.#free -= wanted;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#free += wanted;
      this.#wake();
    };
  }

  #wake(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.cores <= this.#free;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= next.cores;
      next.go();
    }
  }
}

/** Works off a list by so many at once; the first that throws ends it when those under way have ended. */
export async function workOff<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const one = async () => {
    while (next < items.length && !failed) {
      try {
        await work(items[next++]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, one));
  const first = results.find((result) => result.status === 'rejected');
  if (first !== undefined) throw first.reason;
}
