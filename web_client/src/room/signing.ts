/** Who signs in this stage and who has, as the tables and the record say it (rules/signing.py decides). */
import type { Role } from '@/core/protocol'
import type { Course } from './course'
import { columnOf, stageOf } from './procedure'
import type { Person, RoomState } from './state'

export type Signature = 'open' | 'signed' | 'declined'

export function signs(course: Course, person: { id: string; role: Role; side: string }): boolean {
  return !!stageOf(course)?.signs?.includes(columnOf(course, person))
}

export function signatureOf(course: Course, id: string): Signature {
  if (course.signed[course.stage]?.includes(id)) return 'signed'
  return course.declined[course.stage]?.includes(id) ? 'declined' : 'open'
}

/** Everybody who signs here and is there, or of whom it is known already. */
export const signatories = (state: RoomState): Person[] =>
  state.people.filter(
    (person) =>
      signs(state.course, person) && ((person.place === 'table' && person.present) || signatureOf(state.course, person.id) !== 'open'),
  )
