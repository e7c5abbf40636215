// Reads plain objects from outside field by field. The first fault is kept with a pointer in the canonical
// API's names; nothing throws, so bad input can neither fail a workflow nor slip through half read.
import { isLocalDate } from './calendar.ts';
import { isAmount } from './money.ts';
import { type Rejection, type RejectionCode, type RejectionData, reject } from './rejection.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** lineItemsAttributes → line_items_attributes, with the two signs escaped that a JSON pointer gives a meaning. */
function pointerName(key: string): string {
  const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** JSON can say −0, and storing it would make another value of it. */
function unsigned(value: number): number {
  return value === 0 ? 0 : value;
}

/** What a reader is made of: the object, where it stands, what was asked for and the first fault. */
type Core = {
  readonly fields: Fields;
  readonly pointer: (key: string, suffix?: string) => string;
  readonly blame: (key: string, code?: RejectionCode, data?: RejectionData, suffix?: string) => null;
  /** The raw value; null when it is missing or null. Marks the field as known. */
  readonly raw: (key: string) => unknown;
  /** Whether the field was given at all, null included. */
  readonly has: (key: string) => boolean;
  readonly fault: () => Rejection | null;
  readonly adopt: (other: { readonly fault: () => Rejection | null }) => void;
  /** Refuses every field that nobody asked for: a typo in `amuont` would be a wrong invoice. */
  readonly finish: () => Rejection | null;
};

function core(fields: Fields, base: string): Core {
  const seen = new Set<string>();
  let first: Rejection | null = null;
  const pointer = (key: string, suffix = '') => `${base}/${pointerName(key)}${suffix}`;
  const blame: Core['blame'] = (key, code = 'invalid_value', data, suffix) => {
    first ??= reject(code, data, pointer(key, suffix));
    return null;
  };
  return {
    fields,
    pointer,
    blame,
    raw: (key) => {
      seen.add(key);
      return fields[key] ?? null;
    },
    has: (key) => Object.hasOwn(fields, key) && fields[key] !== undefined,
    fault: () => first,
    adopt: (other) => {
      first ??= other.fault();
    },
    finish: () => {
      for (const key of Object.keys(fields)) if (!seen.has(key)) blame(key, 'unknown_field');
      return first;
    },
  };
}

/** Digits without needless zeros, and how many decimals they have; null when it is no plain number. */
function plainDecimal(text: string): { readonly plain: string; readonly decimals: number } | null {
  const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(text);
  if (match === null) {
    return /^\d+(\.\d+)?e-\d+$/.test(text) ? { plain: text, decimals: Number.POSITIVE_INFINITY } : null;
  }
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  const whole = (match[1] ?? '').replace(/^0+(?=\d)/, '');
  return { plain: fraction === '' ? whole : `${whole}.${fraction}`, decimals: fraction.length };
}

/** Single values: each null when the field is missing, null or at fault. */
function scalars({ raw, blame }: Core) {
  return {
    text: (key: string, max: number): string | null => {
      const value = raw(key);
      if (value === null) return null;
      return typeof value === 'string' && value.length <= max ? value : blame(key);
    },
    boolean: (key: string): boolean | null => {
      const value = raw(key);
      if (value === null) return null;
      return typeof value === 'boolean' ? value : blame(key);
    },
    integer: (key: string, min: number, max: number): number | null => {
      const value = raw(key);
      if (value === null) return null;
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return blame(key);
      return value >= min && value <= max ? unsigned(value) : blame(key);
    },
    /** Minor units. */
    money: (key: string): number | null => {
      const value = raw(key);
      if (value === null) return null;
      return isAmount(value) ? unsigned(value) : blame(key, 'invalid_amount', undefined, '_cents');
    },
    date: (key: string): string | null => {
      const value = raw(key);
      if (value === null) return null;
      return typeof value === 'string' && isLocalDate(value) ? value : blame(key, 'invalid_date');
    },
    choice: <T extends string>(key: string, choices: readonly T[]): T | null => {
      const value = raw(key);
      if (value === null) return null;
      return choices.find((choice) => choice === value) ?? blame(key);
    },
    /** A number or decimal text, kept as text: at most `decimals` decimals, from 0 to `max`. */
    decimal: (key: string, decimals: number, max: number): string | null => {
      const value = raw(key);
      if (value === null) return null;
      const text = typeof value === 'number' ? String(value) : value;
      if (typeof text !== 'string') return blame(key);
      const number = plainDecimal(text);
      if (number === null) return blame(key);
      if (number.decimals > decimals) return blame(key, 'too_many_decimals');
      return Number(number.plain) <= max ? number.plain : blame(key);
    },
  };
}

/** Objects and lists, read by readers of their own. */
type Nested = {
  readonly list: (key: string, max: number) => readonly unknown[] | null;
  /** A reader of the object in a field; its fault becomes ours through `adopt`. */
  readonly object: (key: string) => Reader | null;
  /** The objects of a list, each read by `read`. */
  readonly objects: <T>(key: string, max: number, read: (item: Reader) => T | null) => T[] | null;
};

export type Reader = Core & ReturnType<typeof scalars> & Nested;

function nested({ raw, blame, adopt, fault, pointer }: Core): Nested {
  const list: Nested['list'] = (key, max) => {
    const value = raw(key);
    if (value === null) return null;
    return Array.isArray(value) && value.length <= max ? value : blame(key);
  };
  return {
    list,
    object: (key) => {
      const value = raw(key);
      if (value === null) return null;
      return isFields(value) ? reader(value, pointer(key)) : blame(key);
    },
    objects: <T>(key: string, max: number, read: (item: Reader) => T | null) => {
      const items = list(key, max);
      if (items === null) return null;
      const result: T[] = [];
      for (const [index, value] of items.entries()) {
        if (!isFields(value)) return blame(key, 'invalid_value', undefined, `/${index}`);
        const item = reader(value, pointer(key, `/${index}`));
        const one = read(item);
        adopt(item);
        if (one === null || fault() !== null) return null;
        result.push(one);
      }
      return result;
    },
  };
}

/** A reader of one object. `base` is the pointer to it. */
export function reader(fields: Fields, base = ''): Reader {
  const shared = core(fields, base);
  return { ...shared, ...scalars(shared), ...nested(shared) };
}
