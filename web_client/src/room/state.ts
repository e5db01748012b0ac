/** What a screen knows about a room: plain data, made by `fold.ts` alone. */
import { noSecondPass, type Bookmark, type SecondPass } from './secondPass'
import { LISTEN_ONLY, STAFF, type Hint, type Role } from '@/core/protocol'
import { noConsents, type Consents } from './consents'
import { emptyCourse, type Course } from './course'
import { canBeGiven, columnOf, rightOf } from './procedure'
import { noExhibits, type Exhibits } from './evidence/exhibits'
import type { Outage } from './outages'
import { noReadback, type Readback } from './readback'

export type Phase = 'waiting' | 'open' | 'adjourned' | 'closed'
export type Source = 'microphone' | 'camera' | 'screen'

export interface Person {
  id: string
  name: string
  role: Role
  side: string
  /** Ids of people who must never be at the same place; it holds both ways. */
  screened?: string[]
  place: string
  /** A live device is connected. */
  present: boolean
  /** How the room lost them last (`left`, `silent`); empty while they are here. */
  lost?: string
  /** Who shares their microphone, by name, where several do; who of them belongs to the hearing. */
  speakers?: string[]
  beside?: { id: string; role: Role; side: string }[]
  /** The connection is lost, by what evidence (`socket`, `media`, `both`); empty while it stands. */
  cut: string
  /** When the room lost them last (Unix ms), and every time their connection was lost so far. */
  lostAt?: number | null
  outages?: Outage[]
  /** Asked to be let in, and when (Unix ms). */
  knocked: boolean
  knockedAt: number | null
  /** Let in once; may be brought back to the table without knocking again. */
  admitted: boolean
  /** Reason of the last refusal, while it stands. */
  refused: string | null
  /** Noted by staff: has come in person, with or without a device. */
  inPerson?: boolean
  muted: boolean
  /** Takes part in writing, as the chair has stated. */
  inWriting?: boolean
  /** Shows their screen to everybody at the same place. */
  sharing: boolean
  /** Present, but attending another room: neither heard nor seen here. */
  elsewhere?: boolean
  /** What the test of their line showed before they came; told to staff only. */
  line?: LineFact | null
  off: Record<Source, boolean>
  sources: Record<Source, boolean>
  /** What their camera sends (`vp8`, `h264`); empty while unknown. */
  codec: string
  /** The same of their screen, once they have shown one. */
  screenCodec?: string
}

export interface LineFact {
  verdict: string
  way: string
  rtt_ms: number
  loss_permille: number
  up_kbps: number
  down_kbps: number
}

export interface LineVersion {
  version: number
  text: string
  speaker: string
  struck: boolean
  actor: string
  at: number
}

export interface Line {
  line: string
  speaker: string
  start_ms: number | null
  end_ms: number | null
  text: string
  machine_text: string | null
  version: number
  struck: boolean
  /** A person answers for this wording; otherwise it is a draft of the machine. */
  adopted: boolean
  /** The utterances it was made from. */
  segments: string[]
  /** What parts of the wording may have meant, as the machine suggests. */
  hints?: Hint[]
  /** Another person whose voice it probably is, out of a loudspeaker. */
  cross_talk?: string
  /** Whose microphone it was heard by, and which of the voices that share it (empty: known by the track). */
  track: string
  voice: string
  voice_confidence: number
  /** Items of evidence that the wording names by their mark. */
  evidence?: string[]
  /** Said in writing by its speaker. */
  in_writing?: boolean
  /** The text it was put in from, as `id@version`. */
  template?: string
  /** The line its words went to, when it was merged; it then counts as struck. */
  merged_into: string
  /** Every wording it ever had, oldest first, the present one last. */
  history: LineVersion[]
  /** Where it stands in the reading order: media time and seq; `after` another line when put there by hand. */
  place: readonly [number, number]
  after: string
}

export interface Interval {
  from: number
  until: number | null
}

export interface Caucus extends Interval {
  place: string
  participants: string[]
}

export interface Adjournment extends Interval {
  reason: string
  from_ms: number | null
  /** When it is meant to end (Unix ms). */
  planned?: number | null
}

export interface MadeDocument {
  document: string
  kind: string
  file: string
  bytes: number
  sha256: string
}

export interface EngineState {
  engine: string
  state: string
  model: string
  reason: string
}

export interface Sitting {
  sitting: string
  hearing: string
  kind: string
  caseNumber: string
  caseTitle: string
  organisation: string
  rehearsal: boolean
}

/** How this sitting ended, when it goes on at a place. */
export interface OnSite {
  place: string
  /** Unix ms. */
  time: number
  reason: string
  /** Where it goes on; empty: from the beginning. */
  stage: string
}

export interface RoomState {
  seq: number
  caughtUp: boolean
  sitting: Sitting | null
  phase: Phase
  openedAt: number | null
  closedAt: number | null
  adjournments: Adjournment[]
  people: Person[]
  /** `held`: only the holder and staff are heard; the holder may be nobody for the moment. `free`: lifted for all. */
  floor: { held: boolean; holder: string; free: boolean }
  /** Stage, turn, limits and requests. */
  course: Course
  caucuses: Caucus[]
  alarm: { word: string; track: string; at: number } | null
  mediaLost: boolean
  engine: EngineState | null
  lines: Line[]
  /** How far the minutes have been read back and confirmed. */
  readback: Readback
  recordings: { track: string; file: string; bytes: number }[]
  documents: MadeDocument[]
  failures: { work: string; reason: string }[]
  exhibits: Exhibits
  consents: Consents
  onSite: OnSite | null
  secondPass: SecondPass
  bookmarks: Bookmark[]
}

export const emptyRoom: RoomState = Object.freeze({
  seq: 0,
  caughtUp: false,
  sitting: null,
  phase: 'waiting',
  openedAt: null,
  closedAt: null,
  adjournments: [],
  people: [],
  floor: { held: false, holder: '', free: false },
  course: emptyCourse,
  caucuses: [],
  alarm: null,
  mediaLost: false,
  engine: null,
  lines: [],
  readback: noReadback,
  recordings: [],
  documents: [],
  failures: [],
  exhibits: noExhibits,
  consents: noConsents,
  onSite: null,
  secondPass: noSecondPass,
  bookmarks: [],
})

export const personOf = (state: RoomState, id: string): Person | undefined => state.people.find((p) => p.id === id)

/** Who must never be at the same place as this person; it holds both ways. */
export const keptApart = (state: RoomState, person: Person): Person[] =>
  state.people.filter((p) => p.id !== person.id && (person.screened?.includes(p.id) || p.screened?.includes(person.id)))

/** Who shows their screen at this place, if anybody. */
export const sharerAt = (state: RoomState, place: string): Person | undefined =>
  state.people.find((p) => p.sharing && p.place === place && p.present)

/** The caucus that is going on, if any. */
export const openCaucus = (state: RoomState): Caucus | undefined => state.caucuses.find((c) => c.until === null)

/** Whether what this person says now is recorded: at the table of an open sitting. */
export const isRecorded = (state: RoomState, id: string): boolean =>
  state.phase === 'open' && personOf(state, id)?.place === 'table'

/** Whether the rules let this person be heard now by those at the same place. */
export function mayBeHeard(state: RoomState, person: Person): boolean {
  if (person.muted || LISTEN_ONLY.includes(person.role)) return false
  if (person.place !== 'table') return true
  if (state.phase === 'adjourned') return false
  const { held, holder, free } = state.floor
  const right = rightOf(state.course, person)
  if (!canBeGiven(right)) return false
  if (holder === person.id) return true
  if (!held) return right === 'F' || (free && right === 'G')
  if (!state.course.stage) return STAFF.includes(person.role)
  return right === 'F' && KEEPS_SPEAKING.includes(columnOf(state.course, person))
}

/** Who is not silenced when the floor is somebody else's (as in rules/floor.py). */
const KEEPS_SPEAKING = ['presiding', 'arbitrators', 'clerk', 'interpreter']

/** When the recess that is on is meant to end (Unix ms); null: it is not known, or there is none. */
export const recessEnd = (state: RoomState): number | null =>
  state.phase === 'adjourned' ? (state.adjournments[state.adjournments.length - 1]?.planned ?? null) : null

/** Who asks to speak, longest first. */
export const handsOf = (state: RoomState) => state.course.requests.filter((r) => r.kind === 'floor' && r.state === 'open')

/** Milliseconds the sitting has been open, adjournments included. */
export function elapsed(state: RoomState, now: number): number | null {
  return state.openedAt === null ? null : Math.max(0, (state.closedAt ?? now) - state.openedAt)
}

/** Why somebody is not here: cut off, or not connected; empty when they are. A lost line alone stops no picture. */
export function absence(person: Person): '' | 'away' | 'cut' {
  if (person.cut && (person.cut !== 'socket' || !person.present)) return 'cut'
  return person.present ? '' : 'away'
}
