/**
 * One template is a line's reader and its writer. A field is `{name:type}`; the
 * rest is literal. Since writing what was read gives back the same bytes, a line
 * that was read need not be kept.
 */

/** A figure as Go printed it, cut off (never rounded) after `decimals` places. */
export interface Decimal {
  readonly value: number;
  readonly decimals: number;
}

export type Value = number | boolean | string | Decimal | readonly number[];
export type Values = Readonly<Record<string, Value>>;

interface FieldType {
  readonly pattern: string;
  read(text: string): Value;
  write(value: Value): string;
}

const asText = (value: Value): string => String(value);

/** Up to 15 digits: more would not be exact in a double, and no field of a healthy runtime comes near. */
const FIELD_TYPES = {
  int: { pattern: '-?(?:0|[1-9]\\d{0,14})', read: Number, write: asText },
  /** An id, or `nil` for none, which is -1 here. */
  id: {
    pattern: 'nil|0|[1-9]\\d{0,14}',
    read: (text) => (text === 'nil' ? -1 : Number(text)),
    write: (value) => (value === -1 ? 'nil' : String(value)),
  },
  /** An id as it was printed before Go 1.20, -1 for none. */
  signedId: { pattern: '-1|0|[1-9]\\d{0,14}', read: Number, write: asText },
  /** A flag that the runtime kept as a number, before Go 1.20. */
  bit: { pattern: '[01]', read: (text) => text === '1', write: (value) => (value === true ? '1' : '0') },
  bool: { pattern: 'true|false', read: (text) => text === 'true', write: asText },
  decimal: {
    pattern: '(?:0|[1-9]\\d{0,11})(?:\\.\\d{1,3})?',
    read: (text) => ({ value: Number(text), decimals: text.split('.')[1]?.length ?? 0 }),
    write: (value) => (value as Decimal).value.toFixed((value as Decimal).decimals),
  },
  ints: {
    pattern: '\\d{1,15}(?: \\d{1,15})*',
    read: (text) => text.split(' ').map(Number),
    write: (value) => (value as readonly number[]).join(' '),
  },
  text: { pattern: '.*?', read: (text) => text, write: asText },
  hex: { pattern: '0x[0-9a-f]+', read: (text) => text, write: asText },
  /** Where a frame stands, under GOTRACEBACK=system and above. */
  frame: {
    pattern: '(?: fp=0x[0-9a-f]+ sp=0x[0-9a-f]+ pc=0x[0-9a-f]+)?',
    read: (text) => text,
    write: asText,
  },
  spaces: { pattern: ' +', read: (text) => text, write: asText },
  word: { pattern: '\\S+', read: (text) => text, write: asText },
  /** Present or absent; the words themselves stand after the type: `{forced:flag (forced)}`. */
  flag: { pattern: '', read: (text) => text !== '', write: asText },
} as const satisfies Record<string, FieldType>;

export type FieldTypeName = keyof typeof FIELD_TYPES;

export interface Field {
  readonly name: string;
  readonly type: FieldTypeName;
  readonly words: string;
}

export interface Template {
  readonly source: string;
  readonly fields: readonly Field[];
  /** The line's values, or undefined where it does not fit. */
  read(line: string): Values | undefined;
  write(values: Values): string;
}

const FIELD = /\{(\w+):(\w+)([^}]*)\}/g;

const escaped = (literal: string): string => literal.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&');

/** Throws a RangeError for a field of no known type: the tables are at fault, not the text. */
export function template(source: string): Template {
  const fields = [...source.matchAll(FIELD)].map(fieldOf);
  const literals = source.split(/\{\w+:\w+[^}]*\}/);
  const body = fields
    .map((field, i) => `(${patternOf(field)})${escaped(literals[i + 1] as string)}`)
    .join('');
  const line = new RegExp(`^${escaped(literals[0] as string)}${body}$`, 's');
  return {
    source,
    fields,
    read(text) {
      const match = line.exec(text);
      if (match === null) return undefined;
      return Object.fromEntries(fields.map((f, i) => [f.name, FIELD_TYPES[f.type].read(match[i + 1] ?? '')]));
    },
    write(values) {
      return literals
        .map((literal, i) => (i === 0 ? literal : written(fields[i - 1] as Field, values) + literal))
        .join('');
    },
  };
}

function fieldOf([, name, type, words]: RegExpMatchArray): Field {
  if (!((type as string) in FIELD_TYPES)) throw new RangeError(`no field type ${type}`);
  return { name: name as string, type: type as FieldTypeName, words: words as string };
}

function patternOf(field: Field): string {
  return field.type === 'flag' ? `(?:${escaped(field.words)})?` : FIELD_TYPES[field.type].pattern;
}

function written(field: Field, values: Values): string {
  const value = values[field.name] as Value;
  if (field.type === 'flag') return value === true ? field.words : '';
  return FIELD_TYPES[field.type].write(value);
}
