/** The ways in which the model of the trace layer is made wrong: one row, guard, target or invariant at a time. */
import { type InvariantName, type Model, type Need, type Row, STATES } from '../model/index.ts';

export interface ModelEdit {
  /** `drop goroutine/start`: stable, since its excuse is found by it. */
  readonly name: string;
  readonly edit: (model: Model) => Model;
}

/** What says the contrary; a need that has none is only taken away. */
const CONTRARY: Partial<Record<Need, Need>> = { P: 'noP', noP: 'P', G: 'noG', noG: 'G' };

export function editsOf(model: Model): ModelEdit[] {
  return [
    ...model.rows.flatMap(ofRow),
    ...Object.keys(model.invariants).map((name) => withoutInvariant(name as InvariantName, model)),
    ...ofGivers(model),
  ];
}

function ofRow(row: Row): ModelEdit[] {
  const change = (name: string, changed: Partial<Row>): ModelEdit => ({
    name: `${name} of ${row.id}`,
    edit: (model) => withRows(model, (each) => (each.id === row.id ? [{ ...each, ...changed }] : [each])),
  });
  const states: readonly string[] = STATES[row.machine];
  const next = states[(states.indexOf(row.to ?? '') + 1) % states.length] as Row['to'] & string;
  return [
    {
      name: `drop ${row.id}`,
      edit: (model) => withRows(model, (each) => (each.id === row.id ? [] : [each])),
    },
    ...row.needs.flatMap((need) => {
      const others = row.needs.filter((each) => each !== need);
      const contrary = CONTRARY[need];
      return [
        change(`no need ${need}`, { needs: others }),
        ...(contrary === undefined
          ? []
          : [change(`need ${contrary} for ${need}`, { needs: [...others, contrary] })]),
      ];
    }),
    ...(row.from.length < 2
      ? []
      : row.from.map((state) =>
          change(`not from ${state}`, { from: row.from.filter((each) => each !== state) }),
        )),
    ...(row.from.length === 0 ? [] : [change('from anywhere', { from: [] })]),
    ...(row.to === undefined ? [] : [change(`to ${next}`, { to: next })]),
    ...(row.effect === 'none' ? [] : [change(`no ${row.effect}`, { effect: 'none' })]),
    ...(row.reasons === undefined ? [] : [change('any reason', { reasons: undefined as never })]),
  ];
}

function withRows(model: Model, change: (row: Row) => Row[]): Model {
  return { ...model, rows: model.rows.flatMap(change) };
}

function withoutInvariant(name: InvariantName, { invariants }: Model): ModelEdit {
  return { name: `without ${invariants[name].id}`, edit: (model) => ({ ...model, without: name }) };
}

function ofGivers({ givers }: Model): ModelEdit[] {
  return (['GoBlock', 'GoStop', 'STWBegin'] as const).flatMap((event) =>
    givers[event].flatMap(({ func }) => {
      const which = `${event} of ${func === '' ? 'no stack' : func}`;
      const change = (
        name: string,
        changed: (gives: readonly string[]) => readonly string[] | undefined,
      ): ModelEdit => ({
        name: `${name} ${which}`,
        edit: (model) => ({
          ...model,
          givers: {
            ...model.givers,
            [event]: model.givers[event].flatMap((giver) => {
              if (giver.func !== func) return [giver];
              const gives = changed(giver.gives);
              return gives === undefined ? [] : [{ ...giver, gives }];
            }),
          },
        }),
      });
      return [change('unknown', () => undefined), change('silent', () => [])];
    }),
  );
}
