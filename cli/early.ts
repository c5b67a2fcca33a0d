/** What a call can begin with before its command line was read, which takes longer than to begin. */

/** `--workers 2` or `--workers=2`, with few enough digits to be meant. */
const WORKERS = /(?:^|\0)--workers[=\0]([2-9]|[1-5]\d|6[0-4])(?:$|\0)/;

/** Starts the workers that the words ask for; a call that is refused after all ends them with the process. */
export async function startEarly(argv: readonly string[]): Promise<void> {
  const [, workers] = (argv[0] === 'events' && WORKERS.exec(argv.join('\0'))) || [];
  if (workers === undefined) return;
  const { startWorkers } = await import('../replay/parallel/thread.ts');
  // This thread is one of them.
  startWorkers(Number(workers) - 1);
}
