/** What people are asked in the room and have answered: a pure fold, part of `fold.ts`, and what is still open. */
import type { ConsentText, Event } from '@/core/protocol'
import { STAFF } from '@/core/protocol'
import { language } from '@/core/words'
import { tableOf } from './procedure'
import type { Person, RoomState } from './state'

export interface Given {
  act: string
  sha256: string
  at: number
}
export interface Consents {
  texts: ConsentText[]
  /** Person → item → the answer that counts. */
  answers: Record<string, Record<string, Given>>
}

export const noConsents: Consents = Object.freeze({ texts: [], answers: {} })

/** Null: the event says nothing of consents. */
export function foldConsents(consents: Consents, event: Event): Consents | null {
  if (event.type === 'ConsentsLaid') return { ...consents, texts: event.texts }
  if (event.type !== 'ConsentAnswered') return null
  const { participant, item, act, sha256, answered_at: at } = event
  const own = { ...consents.answers[participant], [item]: { act, sha256, at } }
  return { ...consents, answers: { ...consents.answers, [participant]: own } }
}

export const textTitle = (text: ConsentText): string => (language.value === 'en' ? text.title_en : text.title)

/** What somebody has answered to the wording of today; empty: nothing. */
export function answerOf(consents: Consents, who: string, text: ConsentText): string {
  const given = consents.answers[who]?.[text.item]
  return given?.sha256 === text.sha256 ? given.act : ''
}

/** Where somebody is asked now: while they wait, or in the stage that the hearing is in. */
export function placesOf(state: RoomState, person: Person): string[] {
  const waits = person.place === 'lobby' || person.place === 'isolation'
  return [...(waits || !person.admitted ? ['lobby'] : []), ...(state.phase === 'open' && !waits ? [state.course.stage] : [])]
}

/** What somebody is asked now and has not answered. */
export function dueOf(state: RoomState, person: Person): ConsentText[] {
  const places = placesOf(state, person)
  return state.consents.texts.filter(
    (text) => text.people.includes(person.id) && text.asked.some((place) => places.includes(place)) && !answerOf(state.consents, person.id, text),
  )
}

/** What stands in the way of the first stage, for somebody; `refused`: they do not agree to be online. */
export function lackingOf(state: RoomState, person: Person): { open: ConsentText[]; refused: boolean } {
  if (STAFF.includes(person.role)) return { open: [], refused: false }
  const needed = state.consents.texts.filter((text) => text.before.includes('open') && text.people.includes(person.id))
  const answers = needed.map((text) => [text, answerOf(state.consents, person.id, text)] as const)
  return {
    open: answers.filter(([, act]) => !act).map(([text]) => text),
    refused: answers.some(([text, act]) => text.blocks && act !== '' && act !== 'given'),
  }
}

/** All that the desk should see is open for somebody now. */
export function openFor(state: RoomState, person: Person): ConsentText[] {
  const waiting = state.phase === 'waiting' || state.course.stage === (tableOf(state.course)?.first ?? '')
  const first = waiting ? lackingOf(state, person).open : []
  return [...first, ...dueOf(state, person).filter((text) => !first.includes(text))]
}
