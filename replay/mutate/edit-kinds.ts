/** What is done to the model, for the table of its mutants. */
export const MODEL_EDITS = {
  'row dropped': 'a row is not there: its event is not judged any more, or by another row alone',
  'need taken away': 'a row asks one need less of the M',
  'need turned around': 'a row asks of the M that it lacks what it needs, or has what it must lack',
  'state forbidden': 'a row is not allowed from one of its states before',
  'states all allowed': 'a row is allowed from every state',
  'target swapped': 'a row leads to another state',
  'effect left out': 'a row leaves it as it is who holds whom',
  'reasons all allowed': 'a row is chosen whatever the reason',
  'function unknown': 'of a function that gives reasons, or makes a transition, nothing is known',
  'function silent': 'a function gives none of its reasons',
  'function added': 'a function makes a transition that is not its own',
  'rule not asked': 'what a row or an invariant says of the whole state is not asked',
} as const;
export type ModelEditKind = keyof typeof MODEL_EDITS;
