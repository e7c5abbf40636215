// Reads plain objects from outside field by field. The first fault is kept with a pointer in the canonical
// API's names; nothing throws, so bad input can neither fail a workflow nor slip through half read.
import { isLocalDate } from './calendar.ts';
import { isAmount } from './money.ts';
import { type Rejection, type RejectionCode, type RejectionData, reject } from './rejection.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** lineItemsAttributes → line_items_attributes. */
function pointerName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export class Reader {
  readonly #fields: Fields;
  readonly #base: string;
  readonly #seen = new Set<string>();
  fault: Rejection | null = null;

  constructor(fields: Fields, base = '') {
    this.#fields = fields;
    this.#base = base;
  }

  pointer(key: string, suffix = ''): string {
    return `${this.#base}/${pointerName(key)}${suffix}`;
  }

  blame(key: string, code: RejectionCode = 'invalid_value', data?: RejectionData, suffix = ''): null {
    this.fault ??= reject(code, data, this.pointer(key, suffix));
    return null;
  }

  /** The raw value; null when it is missing or null. Marks the field as known. */
  raw(key: string): unknown {
    this.#seen.add(key);
    return this.#fields[key] ?? null;
  }

  /** Whether the field was given at all, null included. */
  has(key: string): boolean {
    return Object.hasOwn(this.#fields, key) && this.#fields[key] !== undefined;
  }

  text(key: string, max: number): string | null {
    const value = this.raw(key);
    if (value === null) return null;
    return typeof value === 'string' && value.length <= max ? value : this.blame(key);
  }

  boolean(key: string): boolean | null {
    const value = this.raw(key);
    if (value === null) return null;
    return typeof value === 'boolean' ? value : this.blame(key);
  }

  integer(key: string, min: number, max: number): number | null {
    const value = this.raw(key);
    if (value === null) return null;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return this.blame(key);
    return value >= min && value <= max ? value : this.blame(key);
  }

  /** Minor units. */
  money(key: string): number | null {
    const value = this.raw(key);
    if (value === null) return null;
    return isAmount(value) ? value : this.blame(key, 'invalid_amount', undefined, '_cents');
  }

  date(key: string): string | null {
    const value = this.raw(key);
    if (value === null) return null;
    return typeof value === 'string' && isLocalDate(value) ? value : this.blame(key, 'invalid_date');
  }

  choice<T extends string>(key: string, choices: readonly T[]): T | null {
    const value = this.raw(key);
    if (value === null) return null;
    return choices.find((choice) => choice === value) ?? this.blame(key);
  }

  /** A number or decimal text, kept as text: at most `decimals` decimals, from 0 to `max`. */
  decimal(key: string, decimals: number, max: number): string | null {
    const value = this.raw(key);
    if (value === null) return null;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string') return this.blame(key);
    const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(text);
    if (match === null) {
      return /^\d+(\.\d+)?e-\d+$/.test(text) ? this.blame(key, 'too_many_decimals') : this.blame(key);
    }
    const fraction = (match[2] ?? '').replace(/0+$/, '');
    if (fraction.length > decimals) return this.blame(key, 'too_many_decimals');
    const whole = (match[1] ?? '').replace(/^0+(?=\d)/, '');
    const plain = fraction === '' ? whole : `${whole}.${fraction}`;
    return Number(plain) <= max ? plain : this.blame(key);
  }

  list(key: string, max: number): readonly unknown[] | null {
    const value = this.raw(key);
    if (value === null) return null;
    return Array.isArray(value) && value.length <= max ? value : this.blame(key);
  }

  /** A reader of the object in a field; its fault becomes ours through `adopt`. */
  object(key: string): Reader | null {
    const value = this.raw(key);
    if (value === null) return null;
    return isFields(value) ? new Reader(value, this.pointer(key)) : this.blame(key);
  }

  /** The objects of a list, each read by `read`. */
  objects<T>(key: string, max: number, read: (item: Reader) => T | null): T[] | null {
    const items = this.list(key, max);
    if (items === null) return null;
    const result: T[] = [];
    for (const [index, item] of items.entries()) {
      if (!isFields(item)) {
        this.fault ??= reject('invalid_value', undefined, this.pointer(key, `/${index}`));
        return null;
      }
      const reader = new Reader(item, this.pointer(key, `/${index}`));
      const value = read(reader);
      this.adopt(reader);
      if (value === null || this.fault !== null) return null;
      result.push(value);
    }
    return result;
  }

  adopt(reader: Reader): void {
    this.fault ??= reader.fault;
  }

  /** Refuses every field that nobody asked for: a typo in `amuont` would be a wrong invoice. */
  finish(): Rejection | null {
    for (const key of Object.keys(this.#fields)) {
      if (!this.#seen.has(key)) this.blame(key, 'unknown_field');
    }
    return this.fault;
  }
}
