/** The newest words of the hearing as captions: few, short, and gone again after a while. Pure. */
import { isDirection } from './forms'
import type { Line } from './state'

export interface Caption {
  key: string
  speaker: string
  text: string
}

/** At most so many at once, so long, and for so long after they came. */
export const MOST_CAPTIONS = 3
export const MOST_LETTERS = 80
const LEAST_MS = 6_000
const PER_LETTER_MS = 180

/** What was told longer ago, e.g. before one came in, is read in the minutes. */
const FRESH_MS = 15_000
export const isFresh = (line: Line, now: number): boolean => (line.history[0]?.at ?? 0) > now - FRESH_MS

export const shownFor = (text: string): number => Math.max(LEAST_MS, [...text].length * PER_LETTER_MS)

/** The end of a long text: that is what is being said. */
export function tail(text: string): string {
  const letters = [...text.replace(/\s+/g, ' ').trim()]
  return letters.length > MOST_LETTERS ? `…${letters.slice(-MOST_LETTERS).join('')}` : letters.join('')
}

/** Ids of lines that say something, newest last: directions and what was put in by hand from a text are none. */
export const spoken = (lines: Line[]): Line[] => lines.filter((line) => !line.struck && !isDirection(line) && !line.template && (line.start_ms !== null || line.in_writing))
