/**
 * The whole text as columns: where each line stands, what it is, its figures.
 * A line that was read is not kept as characters, since its row of the table
 * writes it again, byte for byte.
 */
import { type Line, type LineKind, type LineSpec, lineSpecs } from './lines.ts';
import type { Decimal, Field, Value } from './template.ts';

export class TextColumns {
  readonly #specs: readonly LineSpec[];
  readonly #offset: number[] = [];
  /** Row in the release's table, -1 for lines that were not read. */
  readonly #spec: number[] = [];
  /** Index of the line's first figure. */
  readonly #start: number[] = [];
  readonly #figures: number[] = [];
  readonly #strings: string[] = [];
  readonly #ids = new Map<string, number>();

  constructor(minor: number) {
    this.#specs = lineSpecs(minor);
  }

  get count(): number {
    return this.#offset.length;
  }

  add(line: Line): void {
    const spec = this.#specs.findIndex(
      (s) => s.kind === line.kind && s.template.read(line.text) !== undefined,
    );
    this.#offset.push(line.offset);
    this.#spec.push(spec);
    this.#start.push(this.#figures.length);
    if (spec < 0) this.#figures.push(this.#intern(line.text));
    else for (const field of this.#fields(spec)) this.#put(line.values[field.name] as Value);
  }

  /** Byte offset of a line in the text. */
  offset(line: number): number {
    return this.#offset[line] as number;
  }

  kind(line: number): LineKind {
    return this.#specs[this.#spec[line] as number]?.kind ?? 'unread';
  }

  /** The line as it stood in the text, without its end. */
  text(line: number): string {
    const spec = this.#spec[line] as number;
    let at = this.#start[line] as number;
    if (spec < 0) return this.#strings[this.#figures[at] as number] as string;
    const values: Record<string, Value> = {};
    for (const field of this.#fields(spec)) {
      values[field.name] = this.#get(field, at);
      at += this.#width(field, at);
    }
    return (this.#specs[spec] as LineSpec).template.write(values);
  }

  #fields(spec: number): readonly Field[] {
    return (this.#specs[spec] as LineSpec).template.fields;
  }

  #put(value: Value): void {
    if (typeof value === 'number') this.#figures.push(value);
    else if (typeof value === 'boolean') this.#figures.push(value ? 1 : 0);
    else if (typeof value === 'string') this.#figures.push(this.#intern(value));
    else if ('decimals' in value) this.#figures.push(value.value, value.decimals);
    else this.#figures.push(value.length, ...value);
  }

  #width(field: Field, at: number): number {
    if (field.type === 'decimal') return 2;
    return field.type === 'ints' ? 1 + (this.#figures[at] as number) : 1;
  }

  #get(field: Field, at: number): Value {
    const figure = this.#figures[at] as number;
    if (field.type === 'int' || field.type === 'id' || field.type === 'signedId') return figure;
    if (field.type === 'bool' || field.type === 'bit' || field.type === 'flag') return figure === 1;
    if (field.type === 'ints') return this.#figures.slice(at + 1, at + 1 + figure);
    if (field.type === 'decimal') return { value: figure, decimals: this.#figures[at + 1] } as Decimal;
    return this.#strings[figure] as string;
  }

  #intern(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#strings.push(text) - 1;
      this.#ids.set(text, id);
    }
    return id;
  }
}
