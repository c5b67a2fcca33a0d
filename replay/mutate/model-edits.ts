/** The ways in which the model of the trace layer is made wrong: one row, guard, target or invariant at a time. */
import { type InvariantName, type Model, type Need, type Row, STATES } from '../model/index.ts';
import type { ModelEditKind } from './edit-kinds.ts';

export interface ModelEdit {
  readonly kind: ModelEditKind;
  /** `drop goroutine/start`: stable, since its excuse is found by it. */
  readonly name: string;
  /** The row, the invariant or the giver that is changed, as histories name it. */
  readonly about: string;
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
  const change = (kind: ModelEditKind, name: string, changed: Partial<Row>): ModelEdit => ({
    kind,
    name: `${name} of ${row.id}`,
    about: row.id,
    edit: (model) => withRows(model, (each) => (each.id === row.id ? [{ ...each, ...changed }] : [each])),
  });
  const { from, to, effect, reasons } = row;
  const states: readonly string[] = STATES[row.machine];
  const next = states[(states.indexOf(to ?? '') + 1) % states.length] as Row['to'] & string;
  const forbidden = from.length < 2 ? [] : from;
  return [
    {
      kind: 'row dropped',
      name: `drop ${row.id}`,
      about: row.id,
      edit: (model) => withRows(model, (each) => (each.id === row.id ? [] : [each])),
    },
    ...row.needs.flatMap((need) => {
      const others = row.needs.filter((each) => each !== need);
      const contrary = CONTRARY[need];
      const without = change('need taken away', `no need ${need}`, { needs: others });
      if (contrary === undefined) return [without];
      return [
        without,
        change('need turned around', `need ${contrary} for ${need}`, { needs: [...others, contrary] }),
      ];
    }),
    ...forbidden.map((state) =>
      change('state forbidden', `not from ${state}`, { from: from.filter((each) => each !== state) }),
    ),
    ...(isAnywhere(row) ? [] : [change('states all allowed', 'from anywhere', { from: [] })]),
    ...(to === undefined ? [] : [change('target swapped', `to ${next}`, { to: next })]),
    ...(effect === 'none' ? [] : [change('effect left out', `no ${effect}`, { effect: 'none' })]),
    ...(reasons === undefined
      ? []
      : [change('reasons all allowed', 'any reason', { reasons: undefined as never })]),
  ];
}

/** Also where all states are named, to be shown. */
const isAnywhere = ({ from, machine }: Row): boolean =>
  from.length === 0 || from.length === STATES[machine].length;

function withRows(model: Model, change: (row: Row) => Row[]): Model {
  return { ...model, rows: model.rows.flatMap(change) };
}

function withoutInvariant(name: InvariantName, { invariants }: Model): ModelEdit {
  const { id } = invariants[name];
  return {
    kind: 'rule not asked',
    name: `without ${id}`,
    about: id,
    edit: (model) => ({ ...model, without: name }),
  };
}

function ofGivers({ givers }: Model): ModelEdit[] {
  return (['GoBlock', 'GoStop', 'STWBegin'] as const).flatMap((event) =>
    givers[event].flatMap(({ func }) => {
      const which = `${event} of ${func === '' ? 'no stack' : func}`;
      const change = (
        kind: ModelEditKind,
        name: string,
        changed: (gives: readonly string[]) => readonly string[] | undefined,
      ): ModelEdit => ({
        kind,
        name: `${name} ${which}`,
        about: which,
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
      return [
        change('function unknown', 'unknown', () => undefined),
        change('function silent', 'silent', () => []),
      ];
    }),
  );
}
