// A short fingerprint of plain JSON, the same for the same content whatever the order of its keys.
// It tells a repeated command from another one under the same id; it is no protection against an attacker.

/** No argument that is accepted goes deeper; one that does must not overflow the stack before it is refused. */
const depthMax = 64;

function canonical(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth > depthMax) return '"…"';
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field, depth + 1)}`);
  return `{${fields.join(',')}}`;
}

/** FNV-1a over code points, 64 bits, as hex. */
export function fingerprint(value: unknown): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of canonical(value)) {
    hash ^= BigInt(character.codePointAt(0) ?? 0);
    hash = (hash * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, '0');
}
