/** What the judge says of a mutant first: it is asked no further, since one objection is enough. */
import { isV1, openTrace } from '../decode/index.ts';
import { Judge, type Observer, type Suspicion } from '../judge/index.ts';
import { type Model, releaseOf } from '../model/index.ts';
import { Orderer } from '../order/index.ts';

/** One objection. */
export interface Objection {
  /** `format/CODE` for what the reader could not read. */
  readonly rule: string;
  /** The rule and the shape of what broke it. */
  readonly signature: string;
  /** Go's name of the event, or `damage`. */
  readonly event: string;
  readonly observed: string;
  /** Only unlikely. */
  readonly suspicious: boolean;
}

const SILENT: Observer = {
  single: () => undefined,
  gomaxprocs: () => undefined,
};

/** Undefined where it has none. `go` as `releaseOf` takes it. */
export async function firstObjection(
  bytes: Uint8Array,
  go: string,
  model?: Model,
): Promise<Objection | undefined> {
  const reader = await openTrace(bytes, { reuse: true });
  const { release, exact } = releaseOf(go, reader.version);
  if (isV1(reader.version)) return undefined;
  const judge = new Judge(release, SILENT, { exact, model });
  const orderer = new Orderer({ reuse: true });
  for await (const generation of reader.generations()) {
    const [damage] = reader.damages;
    if (damage !== undefined) break;
    judge.judge(orderer.order(generation));
    const [finding] = judge.findings.found;
    if (finding !== undefined) return objection(finding, false);
  }
  const [damage] = reader.damages;
  if (damage === undefined) {
    const [suspicion] = judge.findings.suspicions;
    return suspicion === undefined ? undefined : objection(suspicion, true);
  }
  return {
    rule: `format/${damage.code}`,
    signature: damage.code,
    event: 'damage',
    observed: damage.message,
    suspicious: false,
  };
}

function objection({ rule, signature, at, observed }: Suspicion, suspicious: boolean): Objection {
  return { rule, signature, event: at.name, observed, suspicious };
}
