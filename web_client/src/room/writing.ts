/** Taking part in writing: who may write now, and why one may not (as rules/saying/decisions.py). Pure. */
import { LISTEN_ONLY, MOST_SAID, type SaidFrame } from '@/core/protocol'
import { mayBeHeard, personOf, type RoomState } from './state'

/** Whose words pass where one is: in a private talk and in deliberation nothing is kept. */
export const keptHere = (place: string): boolean => place === 'table'

const APART = new Set(['lobby', 'isolation'])

export type WhyNot = '' | 'none' | 'muted' | 'adjourned' | 'turn' | 'offline'

/** Why somebody may not write now; `none`: there is nothing to write to at all. */
export function whyNotWrite(state: RoomState, id: string, online: boolean): WhyNot {
  const me = personOf(state, id)
  if (!me || LISTEN_ONLY.includes(me.role) || APART.has(me.place) || (state.phase !== 'open' && state.phase !== 'adjourned')) return 'none'
  if (!online) return 'offline'
  if (me.muted) return 'muted'
  if (me.place === 'table' && state.phase === 'adjourned') return 'adjourned'
  return mayBeHeard(state, me) ? '' : 'turn'
}

export const MOST_KEPT = 50

/** What passes at one's place, the newest last; it is forgotten with the place. */
export const withSaid = (said: readonly SaidFrame[], frame: SaidFrame): SaidFrame[] => [...said, frame].slice(-MOST_KEPT)

export const tooLong = (text: string): boolean => [...text.trim()].length > MOST_SAID
