/** People who must never be at the same place, as the booking form holds them. */
export interface Pair {
  /** Keys of two rows of the form; empty: not chosen yet. */
  one: string
  other: string
}

/** For each row, the positions of those it is kept apart from; half-filled pairs and removed rows count for nothing. */
export function screenedOf(pairs: readonly Pair[], keys: readonly number[]): number[][] {
  const at = (key: string) => (key === '' ? -1 : keys.indexOf(Number(key)))
  return keys.map((_, position) => {
    const others = pairs.filter((pair) => at(pair.one) === position).map((pair) => at(pair.other))
    return [...new Set(others)].filter((other) => other >= 0 && other !== position)
  })
}
