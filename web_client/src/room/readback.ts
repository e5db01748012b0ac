/** Reading the minutes back as a screen knows it: a pure fold, part of `fold.ts`, and what it means for a person. */
import { LISTEN_ONLY, STAFF, type Event } from '@/core/protocol'
import { columnOf, stageOf } from './procedure'
import type { Line, Person, RoomState } from './state'

/** Line → who said what, as it was laid. */
export type Laid = Map<string, { speaker: string; text: string }>

export interface Answer {
  laying: number
  kind: 'confirmed' | 'refused'
  reason: string
  /** The staff wrote it down: a refusal that holds, or a confirmation by word of mouth. */
  noted: boolean
}

export interface Readback {
  /** How often the minutes were laid; 0: not yet. */
  laying: number
  digest: string
  laid: Laid
  /** Who → how much of the newest laying they have read, in percent. */
  read: Record<string, number>
  /** Who has read to the end of any laying, or was read to → which, and how it stood. */
  whole: Record<string, { laying: number; laid: Laid; aloud: boolean }>
  answers: Record<string, Answer>
  /** Parties may read along while the minutes are written. */
  live: boolean
}

export const noReadback: Readback = Object.freeze({ laying: 0, digest: '', laid: new Map(), read: {}, whole: {}, answers: {}, live: true })

/** Null: the event says nothing of it. */
export function foldReadback(readback: Readback, event: Event, lines: Line[]): Readback | null {
  switch (event.type) {
    case 'MinutesLaid':
      return { ...readback, laying: event.laying, digest: event.digest, laid: snapshot(lines.filter((line) => !line.struck)), read: {} }
    case 'MinutesRead': {
      const read = { ...readback.read, [event.participant]: event.share }
      return event.share < 100 ? { ...readback, read } : wholly({ ...readback, read }, event.participant, false)
    }
    case 'MinutesConfirmed':
      return answered(readback, event.participant, { laying: event.laying, kind: 'confirmed', reason: '', noted: false })
    case 'ConfirmationRefused':
      return answered(readback, event.participant, { laying: event.laying, kind: 'refused', reason: event.reason, noted: false })
    case 'ReadingNoted':
      if (event.what === 'read_out') return wholly(readback, event.participant, true)
      return answered(readback, event.participant, { laying: event.laying, kind: event.what === 'confirmed' ? 'confirmed' : 'refused', reason: event.reason, noted: true })
    case 'LiveMinutesAllowed':
      return { ...readback, live: event.on }
    default:
      return null
  }
}

const snapshot = (lines: Line[]): Laid => new Map(lines.map((line) => [line.line, { speaker: line.speaker, text: line.text }]))
const wholly = (readback: Readback, who: string, aloud: boolean): Readback => ({
  ...readback,
  whole: { ...readback.whole, [who]: { laying: readback.laying, laid: readback.laid, aloud } },
})
const answered = (readback: Readback, who: string, answer: Answer): Readback => ({ ...readback, answers: { ...readback.answers, [who]: answer } })

export interface Change {
  line: string
  before: { speaker: string; text: string } | null
  now: { speaker: string; text: string } | null
}

/** What is different from an earlier laying; what the machine has heard since is no part of it until it is adopted. */
export function changesSince(laid: Laid, lines: Line[]): Change[] {
  const found: Change[] = []
  for (const line of lines) {
    const before = laid.get(line.line) ?? null
    const now = !line.struck && (line.adopted || before) ? { speaker: line.speaker, text: line.text } : null
    if (before?.text !== now?.text || before?.speaker !== now?.speaker) found.push({ line: line.line, before, now })
  }
  return found
}

/** Whether minutes are laid in this stage; without a procedure at any time. */
export const isChecking = (state: RoomState): boolean => state.phase === 'open' && (!state.course.stage || !!stageOf(state.course)?.checks)

/** Whether one may still answer: also while it is signed. */
export function isAnswering(state: RoomState): boolean {
  const stage = stageOf(state.course)
  return isChecking(state) || (state.phase === 'open' && !!stage?.signs && !stage.binding)
}

const ASKED = ['applicant', 'respondent', 'third', 'witness', 'expert']
export const isAsked = (state: RoomState, person: Person): boolean =>
  !STAFF.includes(person.role) && !LISTEN_ONLY.includes(person.role) && person.role !== 'expert' && ASKED.includes(columnOf(state.course, person))

export type Standing = 'unread' | 'reading' | 'read' | 'aloud' | 'confirmed' | 'refused' | 'noted' | 'stale'

/** Where somebody stands with the newest laying. */
export function standingOf(readback: Readback, who: string): Standing {
  const answer = readback.answers[who]
  if (answer?.laying === readback.laying) return answer.kind === 'confirmed' ? 'confirmed' : answer.noted ? 'noted' : 'refused'
  if (answer) return 'stale'
  const whole = readback.whole[who]
  if (whole) return whole.aloud ? 'aloud' : 'read'
  return readback.read[who] ? 'reading' : 'unread'
}
