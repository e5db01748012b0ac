/** The wall: what is live, the way into a room to watch it, and what a tile may show of it. */
import { rightOf, stageName, stageOf } from '@/room/procedure'
import { openCaucus, type Person, type RoomState } from '@/room/state'
import { call } from '../staff'
import { w } from './words'

/** As many as a screen shows well, three by three. */
export const MOST = 9

export interface LiveHearing {
  hearing: string
  title: string
  kind: string
  organisation: string
  rehearsal: boolean
  phase: string
  stage: string
  stage_zh: string
  stage_en: string
  since: number
  people: number
  grade: '' | 'good' | 'poor' | 'bad'
  help: boolean
  private: '' | 'caucus' | 'deliberation'
}
export interface Purpose {
  id: string
  zh: string
  en: string
  note: boolean
}
export interface Wall {
  rooms: LiveHearing[]
  purposes: Purpose[]
}
export interface Reason {
  purpose: string
  note: string
}

export const wall = () => call<Wall>('GET', '/api/wall')
export const watchRoom = (hearing: string, reason: Reason) =>
  call<{ ticket: string }>('POST', `/api/hearings/${encodeURIComponent(hearing)}/watch`, reason)

export const ownRooms = () => call<{ rooms: LiveHearing[] }>('GET', '/api/me/rooms')

export interface Hush {
  word: string
  /** Since when, Unix ms; null: a time says nothing here. */
  since: number | null
}

/** Why nothing of a room is shown to me now; null while it may be seen. */
export function hush(state: RoomState, me: Person | undefined): Hush | null {
  const { phase, course } = state
  if (phase === 'waiting') return { word: w('notOpen'), since: null }
  if (phase === 'adjourned') return { word: w('adjourned'), since: state.adjournments[state.adjournments.length - 1]?.from ?? null }
  const stage = stageOf(course)
  if (stage?.group === 'caucus') return { word: w('caucus'), since: course.since }
  if (stage?.group === 'deliberation' || stage?.group === 'panel') return { word: w('deliberation'), since: course.since }
  const caucus = openCaucus(state)
  if (caucus) return { word: w('caucus'), since: caucus.from }
  if (state.people.some((person) => person.place === 'deliberation')) return { word: w('deliberation'), since: null }
  if (!me || me.place !== 'table' || rightOf(course, me) === 'X') return { word: w('listensNot', { stage: stageName(stage) }), since: null }
  return null
}

/** The same for whoever takes part: what their seat does not let them see. */
export function outside(state: RoomState, me: Person | undefined): Hush | null {
  if (!me || me.place === 'lobby') return { word: w('waiting'), since: null }
  if (state.phase === 'adjourned') return hush(state, me)
  const absent = me.place === 'table' && rightOf(state.course, me) === 'X'
  return absent ? { word: w('listensNot', { stage: stageName(stageOf(state.course)) }), since: null } : null
}

/** Whose stream to show of those that come: a screen, then whoever has the word; its id is `<participant>.<source>`. */
export function shownOf(streams: ReadonlyMap<string, unknown>, dominant: string): { id: string; participant: string; screen: boolean } | null {
  const ids = [...streams.keys()].filter((id) => /\.(camera|screen)$/.test(id))
  const id = ids.find((one) => one.endsWith('.screen')) ?? ids.find((one) => one === `${dominant}.camera`) ?? ids[0]
  return id ? { id, participant: id.slice(0, id.lastIndexOf('.')), screen: id.endsWith('.screen') } : null
}

/** Which tile an arrow key leads to; the same one at an edge. */
export function neighbour(key: string, at: number, count: number, columns: number): number {
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns }[key]
  return to === undefined || to < 0 || to >= count ? at : to
}

export const columnsOf = (count: number): number => (count < 2 ? 1 : count < 5 ? 2 : 3)

