// How to look for a text in a field that is indexed only where it is a text, which most optional fields are: MongoDB
// takes such an index for no lookup that does not say the type too, and would read the whole collection.

export function exactly(value: string) {
  return { $eq: value, $type: 'string' } as const;
}

export function oneOf(values: Iterable<string>) {
  return { $in: [...values], $type: 'string' } as const;
}

/** Texts that come before an instant or are it. */
export function upTo(value: string) {
  return { $lte: value, $type: 'string' } as const;
}
