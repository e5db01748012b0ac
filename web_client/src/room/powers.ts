/** What somebody may wish for at all, from the tables of the rules; the server decides (rules/chairing.py, interruptions). */
import { CONDUCT, HINDRANCES, NEEDS, PERMISSIONS } from '@/core/procedures'
import { STAFF, type Command } from '@/core/protocol'
import { language } from '@/core/words'
import { canBeGiven, columnOf, rightOf, stageOf, tableOf } from './procedure'
import { keptApart, personOf, type Person, type RoomState } from './state'

export type Hindrance = '' | keyof typeof HINDRANCES

/** Why somebody may not wish for this now; empty: they may. `to`: the stage of an `Advance`. */
export function hindrance(state: RoomState, me: Person | undefined, wish: Command['type'], to = ''): Hindrance {
  const { course } = state
  const action = NEEDS[wish]
  if (!me || !action || (course.chair && me.id === course.chair) || clerkAlone(state, me, wish, to)) return ''
  const staff = STAFF.includes(me.role)
  if (!PERMISSIONS[me.role].includes(action)) return action === 'decide' && staff ? 'chair_only' : 'not_allowed'
  if (!tableOf(course) || !CONDUCT.includes(action) || (!course.chair && staff)) return ''
  if (action === 'decide') return 'chair_only'
  const drives = me.role === 'clerk' && !!stageOf(course)?.clerk_drives
  return drives || course.delegated.includes(me.id) ? '' : 'not_presiding'
}

/** Why nobody may wish for this about a person now, as the hearing stands; empty: they may. */
export function obstacle(state: RoomState, person: Person, wish: Command): Hindrance {
  const table = tableOf(state.course)
  if (wish.type === 'GiveFloor') return table && !canBeGiven(rightOf(state.course, person)) ? 'silent_in_stage' : ''
  if (wish.type === 'Move' && wish.place.startsWith('caucus')) {
    const talks = Object.entries(table?.caucus ?? {}).flat()
    return table && !talks.includes(state.course.stage) ? 'no_caucus_now' : ''
  }
  if (wish.type !== 'Admit' && !(wish.type === 'Move' && wish.place === 'table')) return ''
  const witness = columnOf(state.course, person) === 'witness' && rightOf(state.course, person) === 'X'
  // Admitted now, a witness waits apart until they are called.
  if (witness) return wish.type === 'Move' ? 'witness_not_called' : ''
  return keptApart(state, person).some((other) => other.place === 'table') ? 'screened' : ''
}

/** Why a button about a person is greyed out, in words; undefined: it is not. */
export function barred(state: RoomState, me: Person | undefined, person: Person, wish: Command): string | undefined {
  const word = hindrance(state, me, wish.type) || obstacle(state, person, wish)
  return word ? HINDRANCES[word][language.value] : undefined
}

/** The same in words; undefined: they may. */
export function hindered(state: RoomState, me: Person | undefined, wish: Command['type'], to = ''): string | undefined {
  const word = hindrance(state, me, wish, to)
  return word ? HINDRANCES[word][language.value] : undefined
}

/** While the chair is lost the clerk may stop the hearing (the rule `clerk_alone`). */
function clerkAlone(state: RoomState, me: Person, wish: Command['type'], to: string): boolean {
  const chair = personOf(state, state.course.chair)
  if (me.role !== 'clerk' || !chair || (chair.present && !chair.cut)) return false
  return wish === 'Adjourn' || wish === 'Close' || (wish === 'Advance' && stageOf(state.course, to)?.group === 'interrupted')
}
