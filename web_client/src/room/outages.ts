/** When somebody was cut off, as the server noted it; the same intervals as in the connectivity ledger (room_server/ledger.py). */
import type { Person, RoomState } from './state'

export interface Outage {
  from: number
  /** Null while it lasts. */
  until: number | null
  /** What was lost: `socket`, `media`, `both`. */
  evidence: string
  back: boolean
}

/** Causes of `Left` that end an interval: whoever goes of their own will is not cut off any more. */
const DELIBERATE = ['left', 'refused', 'taken_over']

export function cutOff(person: Person, evidence: string, at: number): Partial<Person> {
  const known = person.outages ?? []
  const last = known[known.length - 1]
  // Told again it is the same interruption, seen in another way.
  const outages = last && last.until === null ? [...known.slice(0, -1), { ...last, evidence }] : [...known, { from: at, until: null, evidence, back: false }]
  return { cut: evidence, outages }
}

export const rejoined = (person: Person, at: number): Partial<Person> => ({ cut: '', outages: ended(person, at, true) })

export function gone(person: Person, cause: string, at: number): Partial<Person> {
  const lost = { present: false, lost: cause, lostAt: at }
  return DELIBERATE.includes(cause) ? { ...lost, cut: '', outages: ended(person, at, false) } : lost
}

function ended(person: Person, at: number, back: boolean): Outage[] {
  return (person.outages ?? []).map((outage) => (outage.until === null ? { ...outage, until: at, back } : outage))
}

/** Since when somebody is gone (Unix ms); null: they are here. A page that reloads is not gone yet. */
export function goneSince(person: Person): number | null {
  const open = (person.outages ?? []).find((outage) => outage.until === null)
  if (person.cut && open) return open.from
  return person.present ? null : (person.lostAt ?? null)
}

/** Whom the hearing has lost: let in once, and gone for a moment by now; who left first comes first. */
export function goneFrom(state: RoomState, now: number, mine = ''): Person[] {
  if (state.phase !== 'open' && state.phase !== 'adjourned') return []
  const since = (person: Person) => goneSince(person) ?? now
  return state.people.filter((p) => p.admitted && p.id !== mine && now - since(p) >= MOMENT).sort((a, b) => since(a) - since(b))
}

const MOMENT = 5_000

/** What the server saw of it, as a word: a fault of one's own line is none of one's doing. */
export function seenOf(person: Person): 'left' | 'silent' | 'socket' | 'media' | 'both' | 'unknown' {
  if (person.lost === 'left') return 'left'
  if (person.cut === 'socket' || person.cut === 'media' || person.cut === 'both') return person.present ? person.cut : 'silent'
  return person.lost === 'silent' ? 'silent' : 'unknown'
}
