/** What a second reading of the recording suggests about the minutes, and the marks the staff set. Pure. */
import type { Event, Suggestion, ToldFrame } from '@/core/protocol'
import type { Line } from './state'

export type OfferState = 'open' | 'taken' | 'dismissed'
export interface Offer extends Suggestion {
  state: OfferState
}
/** The newest pass; `number` 0: none yet. */
export interface SecondPass {
  number: number
  running: boolean
  outcome: string
  reason: string
  model: string
  lines: number
  offers: Offer[]
}
export interface Bookmark {
  bookmark: string
  note: string
  at_ms: number
}

export const noSecondPass: SecondPass = Object.freeze({ number: 0, running: false, outcome: '', reason: '', model: '', lines: 0, offers: [] })

/** The second pass after a fact; undefined after one that is not about it. */
export function foldSecondPass(known: SecondPass, event: Event): SecondPass | undefined {
  const settled = (names: readonly string[], state: OfferState): SecondPass => ({
    ...known,
    offers: known.offers.map((one) => (names.includes(one.suggestion) ? { ...one, state } : one)),
  })
  switch (event.type) {
    case 'SecondPassBegan':
      return { ...noSecondPass, number: event.number, running: true, model: event.model }
    case 'TextSuggested':
      return { ...known, offers: [...known.offers, ...event.suggestions.map((one) => ({ ...one, state: 'open' as const }))] }
    case 'SecondPassEnded':
      return { ...known, running: false, outcome: event.outcome, reason: event.reason, model: event.model || known.model, lines: event.lines }
    case 'SuggestionsTaken':
      return settled(Object.keys(event.suggestions), 'taken')
    case 'SuggestionsDismissed':
      return settled(event.suggestions, 'dismissed')
    case 'SuggestionsReopened':
      return settled(event.suggestions, 'open')
    default:
      return undefined
  }
}

/** The marks after a fact, in order of time; undefined after one that is not about them. */
export function foldBookmarks(known: Bookmark[], event: Event, told: ToldFrame): Bookmark[] | undefined {
  if (event.type === 'Bookmarked') return [...known, { bookmark: event.bookmark, note: event.note, at_ms: told.media_time ?? 0 }]
  if (event.type === 'BookmarkDropped') return known.filter((one) => one.bookmark !== event.bookmark)
  return undefined
}

/** Whether what a suggestion was about is not there any more; the rules of the room say the same. */
export function isStale(offer: Offer, lines: readonly Line[]): boolean {
  if (offer.state !== 'open') return false
  if (!offer.line) return lines.some((line) => line.line === `u${offer.start_ms}.${offer.participant}`)
  const line = lines.find((one) => one.line === offer.line)
  return !line || line.struck || line.text !== offer.said
}

export interface Piece {
  kind: 'same' | 'gone' | 'new'
  text: string
}
const MOST_CELLS = 1_000_000

/** How one text becomes another, character by character; texts too long to compare are one piece each. */
export function difference(before: string, after: string): Piece[] {
  const from = [...before]
  const to = [...after]
  let head = 0
  while (head < from.length && head < to.length && from[head] === to[head]) head += 1
  let tail = 0
  while (tail < from.length - head && tail < to.length - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail += 1
  const pieces: Piece[] = []
  const add = (kind: Piece['kind'], text: string) => {
    const last = pieces[pieces.length - 1]
    if (last?.kind === kind) last.text += text
    else if (text) pieces.push({ kind, text })
  }
  add('same', from.slice(0, head).join(''))
  for (const [kind, text] of middle(from.slice(head, from.length - tail), to.slice(head, to.length - tail))) add(kind, text)
  add('same', from.slice(from.length - tail).join(''))
  return pieces
}

/** The longest common subsequence decides what stays. */
function middle(from: string[], to: string[]): [Piece['kind'], string][] {
  if (from.length * to.length > MOST_CELLS)
    return [
      ['gone', from.join('')],
      ['new', to.join('')],
    ]
  const width = to.length + 1
  const longest = new Uint16Array((from.length + 1) * width)
  for (let i = from.length - 1; i >= 0; i -= 1)
    for (let j = to.length - 1; j >= 0; j -= 1)
      longest[i * width + j] = from[i] === to[j] ? longest[(i + 1) * width + j + 1]! + 1 : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!)
  const found: [Piece['kind'], string][] = []
  let i = 0
  let j = 0
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      found.push(['same', from[i]!])
      i += 1
      j += 1
    } else if (j >= to.length || (i < from.length && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)) {
      found.push(['gone', from[i]!])
      i += 1
    } else {
      found.push(['new', to[j]!])
      j += 1
    }
  }
  return found
}
