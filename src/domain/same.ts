// Whether two pieces of plain JSON say the same.

/** Deep, and whatever the order of keys. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const fields = Object.entries(one);
  const others: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(other));
  return (
    fields.length === Object.keys(others).length &&
    fields.every(([key, value]) => Object.hasOwn(others, key) && isSame(value, others[key]))
  );
}
