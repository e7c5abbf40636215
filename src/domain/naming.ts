// Between the API's snake_case bodies and the core's camelCase arguments. Mechanical: it knows no field.

/** Below these keys lie the caller's own names: never renamed. */
const opaque = new Set(['metadata']);

/** `due_date` → `dueDate`, `rate_cents` → `rate`, `_destroy` stays. */
export function argumentName(field: string): string {
  return field
    .replace(/_cents$/, '')
    .replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `dueDate` → `due_date`. */
function fieldName(argument: string): string {
  return argument.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isObject(value)) return value;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => [rename(key), opaque.has(key) ? item : renamed(item, rename)]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** A body as the arguments of a command. */
export function toArguments(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return renamed(body, argumentName) as Record<string, unknown>;
}

/** Something of the core, told in the API's names. Amounts keep the name they have. */
export function toFields(value: unknown): unknown {
  return renamed(value, fieldName);
}
