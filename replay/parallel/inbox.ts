/** What was sent, for one who waits for it: in the order in which it came. */
export class Inbox<T> {
  readonly #waiting: T[] = [];
  #resume: ((message: T) => void) | undefined;

  add(message: T): void {
    const resume = this.#resume;
    this.#resume = undefined;
    if (resume === undefined) this.#waiting.push(message);
    else resume(message);
  }

  async next(): Promise<T> {
    return (
      this.#waiting.shift() ??
      (await new Promise<T>((resolve) => {
        this.#resume = resolve;
      }))
    );
  }
}
