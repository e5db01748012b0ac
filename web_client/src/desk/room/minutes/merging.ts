/** Two people changed one paragraph: what both meant, where their changes do not touch each other. */

interface Hunk {
  /** What of the text before was replaced, in code points. */
  from: number
  to: number
  by: string[]
}

/** The one stretch in which two texts differ. */
function differing(before: string[], after: string[]): Hunk {
  let from = 0
  while (from < before.length && from < after.length && before[from] === after[from]) from++
  let tail = 0
  while (tail < before.length - from && tail < after.length - from && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  return { from, to: before.length - tail, by: after.slice(from, after.length - tail) }
}

/** Both changes of `before` in one text; null where they touch, so that a person has to say what is meant. */
export function merged(before: string, mine: string, theirs: string): string | null {
  if (mine === theirs || theirs === before) return mine
  if (mine === before) return theirs
  const text = [...before]
  const [first, second] = [differing(text, [...mine]), differing(text, [...theirs])].sort((a, b) => a.from - b.from) as [Hunk, Hunk]
  // Two that meet in one place have no order of their own.
  if (first.to > second.from || first.from === second.from || first.to === second.from) return null
  return [...text.slice(0, first.from), ...first.by, ...text.slice(first.to, second.from), ...second.by, ...text.slice(second.to)].join('')
}
