import { computed, type ComputedRef } from 'vue'
import { serverNow, timeOfDay, useNow } from '@/core/clock'
import { STAFF } from '@/core/protocol'
import { t } from '@/core/words'
import type { LiveRoom } from '@/room/live'
import { rightOf, stageName, stageOf } from '@/room/procedure'
import { handsOf, openCaucus, personOf, recessEnd, type Person, type RoomState } from '@/room/state'
import { say } from '@/room/words'

export type Tone = 'brand' | 'ok' | 'warn' | 'bad'
export interface Situation {
  name: 'waiting' | 'adjourned' | 'own_caucus' | 'caucus' | 'muted' | 'my_floor' | 'no_floor' | 'stage' | 'open'
  tone: Tone
  title: string
  text: string
  /** When it began (Unix ms), where the time is shown. */
  since?: number
}

/** The one thing a party should know now about their place in the hearing. */
export function useSituation(room: LiveRoom): ComputedRef<Situation | null> {
  // Once a minute is enough for what is said of time, and is not read aloud too often.
  const now = useNow(60_000)
  return computed(() => (room.me.value ? situationOf(room.state.value, room.me.value, now.value) : null))
}

export function situationOf(state: RoomState, me: Person, now = serverNow()): Situation | null {
  if (me.place.startsWith('caucus')) return { name: 'own_caucus', tone: 'brand', title: t('ownCaucus'), text: t('ownCaucusText') }
  if (state.phase === 'adjourned') {
    const last = state.adjournments[state.adjournments.length - 1]
    const text = last?.reason ? t('adjournedBecause', { reason: last.reason }) : t('adjournedText')
    const planned = recessEnd(state)
    const end = planned === null ? '' : t(now > planned ? 'adjournedOver' : 'adjournedUntil', { time: timeOfDay(planned) })
    return { name: 'adjourned', tone: 'warn', title: t('adjourned'), text: end ? `${text} ${end}` : text, since: last?.from }
  }
  const caucus = openCaucus(state)
  if (caucus) return { name: 'caucus', tone: 'brand', title: t('caucus'), text: t('caucusText'), since: caucus.from }
  if (me.muted) return { name: 'muted', tone: 'bad', title: t('chairMuted'), text: t('chairMutedText') }
  const staff = STAFF.includes(me.role)
  if (state.floor.holder === me.id || (state.floor.held && !staff && !state.course.stage)) return floorOf(state, me)
  if (state.phase === 'waiting') return { name: 'waiting', tone: 'brand', title: t('notOpenYet'), text: t('notOpenYetText') }
  return state.course.stage && !staff ? stageOfMine(state, me) : null
}

const hasAsked = (state: RoomState, me: Person): boolean => handsOf(state).some((hand) => hand.participant === me.id)

/** One's own right in this stage, in words: whether one is heard now, and if not, what to do. */
function stageOfMine(state: RoomState, me: Person): Situation {
  const stage = stageOf(state.course)
  const right = rightOf(state.course, me)
  const mine = stage?.turns?.length && right === '-' ? 'right_T' : right === '-' ? 'right_mute' : (`right_${right}` as const)
  const freed = state.floor.free && right === 'G'
  const heldByOther = state.floor.held && right === 'F'
  const title = t('stageNow', { stage: stageName(stage) })
  if (hasAsked(state, me)) return { name: 'stage', tone: 'warn', title, text: t('noFloorAsked') }
  if (heldByOther) {
    const other = personOf(state, state.floor.holder)
    return { name: 'stage', tone: 'warn', title, text: other ? t('noFloorOther', { name: other.name }) : t('noFloorText') }
  }
  const heard = right === 'F' || freed
  return { name: 'stage', tone: heard ? 'ok' : 'brand', title, text: say(freed ? 'right_F' : mine) }
}

function floorOf(state: RoomState, me: Person): Situation {
  const { holder } = state.floor
  if (holder === me.id) return { name: 'my_floor', tone: 'ok', title: t('yourTurn'), text: t('yourTurnText') }
  const other = personOf(state, holder)
  const asked = hasAsked(state, me)
  const text = asked ? t('noFloorAsked') : other ? t('noFloorOther', { name: other.name }) : t('noFloorText')
  return { name: 'no_floor', tone: 'warn', title: t('noFloor'), text }
}
