/** For each function that gives reasons: that it gives one of its own, and one of another's. */
import type { Givers, Model, Row } from '../model/index.ts';
import type { History } from './history.ts';

const RULE = 'blocking/reason-fits-stack';

export function giverHistories({ rows, givers }: Model): History[] {
  return (Object.keys(givers) as (keyof Givers)[]).flatMap((event) => {
    const all = rows.filter(({ on }) => on === event).flatMap(({ reasons = [] }: Row) => reasons);
    return givers[event].flatMap(({ func, gives }, place) => {
      const foreign = all.filter((reason) => !gives.includes(reason));
      // Which of them a model without the function allows, another that the same stack fits may decide.
      const wrong = new Set([
        foreign[0],
        foreign.at(-1),
        ...givers[event]
          .slice(place + 1)
          .flatMap((each) => each.gives.filter((reason) => foreign.includes(reason)).slice(0, 1)),
      ]);
      const history = (reason: string, refused: string | undefined): History => ({
        name: `${event} of ${func === '' ? 'no stack' : func} for ${reason}`,
        about: `${event} of ${func === '' ? 'no stack' : func}`,
        refused,
        lines: `
          M1 ProcStatus p=0 pstatus=running
          M1 GoStatus g=1 gstatus=running
          M1 ${event} ${event === 'STWBegin' ? 'kind_string' : 'reason_string'}="${reason}" ${stackOf(func)}`,
      });
      return [
        ...gives.filter((reason) => all.includes(reason)).map((reason) => history(reason, undefined)),
        ...[...wrong].flatMap((reason) => (reason === undefined ? [] : history(reason, RULE))),
      ];
    });
  });
}

/** A stack whose top function is it, or one whose name begins so. */
function stackOf(func: string): string {
  if (func === '') return '';
  return `stack=${func.endsWith('*') ? `${func.slice(0, -1)}main.f` : func}`;
}
