/** The course of a hearing as a screen knows it: stage, turn, limits, requests. A pure fold, part of `fold.ts`. */
import type { Event, Participant, ToldFrame } from '@/core/protocol'
import { PROCEDURES } from '@/core/procedures'

export interface AskedFor {
  id: string
  participant: string
  kind: string
  text: string
  ref: string
  place: string
  at: number
  state: 'open' | 'granted' | 'denied' | 'withdrawn'
  /** Why it was granted or denied. */
  reason: string
}

export interface Limit {
  /** Milliseconds that have counted so far; `since`: from when more count (0: the clock stands). */
  used: number
  since: number
  limit: number
}

export interface Course {
  procedure: string
  /** Empty: an informal hearing without stages. */
  stage: string
  /** Since when (Unix ms). */
  since: number
  /** Entered, or passed over with a reason. */
  passed: string[]
  /** Where a sitting that continues an adjourned one goes on after its opening. */
  resumesAt: string
  /** Stage that returns → where it goes back to. */
  origins: Record<string, string>
  turn: string
  turns: Record<string, string>
  limit: Limit | null
  read: string[]
  chair: string
  /** Who presides when everybody is there. */
  appointed: string
  /** Staff whom the chair has asked to conduct; told to staff only. */
  delegated: string[]
  watchAllowed: boolean
  /** Stage → who has signed there; of whom it is noted that they do not. */
  signed: Record<string, string[]>
  declined: Record<string, string[]>
  requests: AskedFor[]
  /** Who was warned of leaving since they were last here. */
  warned: string[]
  /** Every warning, with what it is about. */
  warnings: Warning[]
  /** What was decided about people who were gone, each time. */
  decisions: Decision[]
  /** What was decided last about somebody who was gone, until they are back. */
  judged: Record<string, string>
  /** Whoever presides has been gone for as long as is waited for. */
  chairMissed: boolean
}

export interface Warning {
  participant: string
  /** `discipline`, `leaving`; empty: of an earlier version. */
  kind: string
  reason: string
  at: number
  /** What was read out with it. */
  text: string
  version: string
}

export interface Decision {
  participant: string
  /** `wait`, `interrupt`, `go_on`, `absence`. */
  decision: string
  reason: string
  at: number
  /** Of an absence: `deemed_withdrawal`, `heard_in_absence`. */
  effect: string
}

export const emptyCourse: Course = Object.freeze({
  procedure: '',
  stage: '',
  since: 0,
  passed: [],
  resumesAt: '',
  origins: {},
  turn: '',
  turns: {},
  limit: null,
  read: [],
  chair: '',
  appointed: '',
  delegated: [],
  watchAllowed: false,
  signed: {},
  declined: {},
  requests: [],
  warned: [],
  warnings: [],
  decisions: [],
  judged: {},
  chairMissed: false,
})

/** The course before anything has happened: in the lobby of its procedure. */
export function begun(event: Extract<Event, { type: 'SittingPrepared' }>): Course {
  const table = PROCEDURES[event.procedure]
  if (!table) return emptyCourse
  const chair = table.presides.map((role) => event.participants.find((p: Participant) => p.role === role)).find((p) => p)
  return { ...emptyCourse, procedure: table.name, stage: table.lobby, passed: [table.lobby, ...event.passed], resumesAt: event.resumes_at, chair: chair?.id ?? '', appointed: chair?.id ?? '' }
}

/** The course after a fact that is its own; null for all others. */
export function foldCourse(course: Course, told: ToldFrame): Course | null {
  const { event, at } = told
  switch (event.type) {
    case 'StageEntered':
      return entered(course, event, at)
    case 'TurnGiven':
      return limited({ ...course, turn: event.side, turns: { ...course.turns, [course.stage]: event.side } }, at, event.limit_s)
    case 'RequestMade':
      return asked(course, { id: event.request, at, state: 'open', reason: '', participant: event.participant, kind: event.kind, text: event.text, ref: event.ref, place: event.place })
    case 'FloorAsked': {
      if (!event.wanted) return handDown(course, event.participant)
      const id = `hand:${event.participant}`
      return asked(course, { id, at, state: 'open', reason: '', participant: event.participant, kind: 'floor', text: '', ref: '', place: 'table' })
    }
    case 'RequestGranted':
      return decided(course, event.request, 'granted', event.reason)
    case 'RequestDenied':
      return decided(course, event.request, 'denied', event.reason)
    case 'RequestWithdrawn':
      return decided(course, event.request, 'withdrawn')
    case 'ReadOut':
      return { ...course, read: [...course.read.filter((id) => id !== event.text), event.text] }
    case 'ChairTaken':
      return { ...course, chair: event.participant, chairMissed: false }
    case 'ChairMissed':
      return { ...course, chairMissed: true }
    case 'OutageJudged':
      return judged(course, event.participant, event.decision, event.reason, at)
    case 'AbsenceDeclared':
      return judged(course, event.participant, 'absence', event.reason, at, event.effect)
    case 'Delegated':
      return { ...course, delegated: [...without(course.delegated, event.participant), ...(event.on ? [event.participant] : [])] }
    case 'WatchAllowed':
      return { ...course, watchAllowed: event.on }
    case 'Signed':
      return signature(course, event.stage, event.participant, 'signed', 'declined')
    case 'SigningDeclined':
      return signature(course, event.stage, event.participant, 'declined', 'signed')
    case 'Warned': {
      const { participant, kind, reason, text, version } = event
      const warned = kind === 'discipline' ? course.warned : [...without(course.warned, participant), participant]
      return { ...course, warned, warnings: [...course.warnings, { participant, kind, reason, at, text, version }] }
    }
    default:
      return null
  }
}

function judged(course: Course, participant: string, decision: string, reason: string, at: number, effect = ''): Course {
  const decisions = [...course.decisions, { participant, decision, reason, at, effect }]
  return { ...course, decisions, judged: { ...course.judged, [participant]: decision } }
}

function signature(course: Course, stage: string, who: string, to: 'signed' | 'declined', from: 'signed' | 'declined'): Course {
  const added = [...without(course[to][stage] ?? [], who), who]
  return { ...course, [to]: { ...course[to], [stage]: added }, [from]: { ...course[from], [stage]: without(course[from][stage] ?? [], who) } }
}

const unless = (kept: Record<string, string[]>, codes: string[] = []): Record<string, string[]> =>
  Object.fromEntries(Object.entries(kept).filter(([code]) => !codes.includes(code)))

const without = (ids: string[], id: string): string[] => ids.filter((other) => other !== id)

/** Who is here again begins without a warning of leaving, and nothing is decided about their being gone. */
export function back(course: Course, participant: string): Course {
  const { [participant]: _, ...judged } = course.judged
  return chairBack({ ...course, warned: without(course.warned, participant), judged }, participant)
}

export const chairBack = (course: Course, participant: string): Course =>
  course.chairMissed && participant === course.chair ? { ...course, chairMissed: false } : course

function entered(course: Course, event: Extract<Event, { type: 'StageEntered' }>, at: number): Course {
  const stage = PROCEDURES[course.procedure]?.stages.find((one) => one.code === event.stage)
  if (!stage) return course
  const over = event.skipped.filter((what) => what.startsWith('stage:')).map((what) => what.slice(6))
  const before = [...course.passed, ...over].filter((code) => code !== event.stage && !stage.undoes?.includes(code))
  const passed = [...new Set([...before, event.stage])]
  const returned = chain(course, event.origin).includes(event.stage)
  const origins = stage.returns && !returned ? { ...course.origins, [event.stage]: event.origin } : course.origins
  const turns = event.turn ? { ...course.turns, [event.stage]: event.turn } : course.turns
  const signatures = { signed: unless(course.signed, stage.undoes), declined: unless(course.declined, stage.undoes) }
  const next = { ...course, ...signatures, stage: event.stage, since: at, passed, origins, turns, turn: event.turn }
  return limited(next, at, event.turn ? event.limit_s : 0)
}

/** A stage and all that going back from it leads to. */
function chain(course: Course, from: string): string[] {
  const stages = PROCEDURES[course.procedure]?.stages ?? []
  const found: string[] = []
  for (let code = from; code && !found.includes(code); ) {
    found.push(code)
    code = stages.find((stage) => stage.code === code)?.returns ? (course.origins[code] ?? '') : ''
  }
  return found
}

/** Begin (or with 0 end) the time that one turn is meant to last. */
export function limited(course: Course, at: number, seconds: number): Course {
  return { ...course, limit: seconds ? { used: 0, since: at, limit: seconds * 1000 } : null }
}

/** The clock stands in a recess. */
export function paused(course: Course, at: number): Course {
  const { limit } = course
  return limit?.since ? { ...course, limit: { ...limit, used: limit.used + at - limit.since, since: 0 } } : course
}

export function resumed(course: Course, at: number): Course {
  return course.limit ? { ...course, limit: { ...course.limit, since: at } } : course
}

/** Milliseconds left of the running turn; below zero: over. Null: no limit. */
export function left(course: Course, now: number): number | null {
  const { limit } = course
  return limit && limit.limit - limit.used - (limit.since ? Math.max(0, now - limit.since) : 0)
}

/** Somebody's hand goes down: with the floor, with another place, with their leaving. */
export function handDown(course: Course, participant: string, state: AskedFor['state'] = 'withdrawn'): Course {
  const hand = course.requests.find((r) => r.participant === participant && r.kind === 'floor' && r.state === 'open')
  return hand ? decided(course, hand.id, state) : course
}

const asked = (course: Course, request: AskedFor): Course => ({
  ...course,
  requests: [...course.requests.filter((r) => r.id !== request.id), request],
})

const decided = (course: Course, id: string, state: AskedFor['state'], reason = ''): Course => ({
  ...course,
  requests: course.requests.map((r) => (r.id === id ? { ...r, state, reason } : r)),
})
