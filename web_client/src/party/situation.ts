import { computed, type ComputedRef } from 'vue'
import { t } from '@/core/words'
import type { LiveRoom } from '@/room/live'
import { openCaucus, personOf, type Person, type RoomState } from '@/room/state'

export type Tone = 'brand' | 'ok' | 'warn' | 'bad'
export interface Situation {
  name: 'waiting' | 'adjourned' | 'own_caucus' | 'caucus' | 'muted' | 'my_floor' | 'no_floor' | 'open'
  tone: Tone
  title: string
  text: string
  /** When it began (Unix ms), where the time is shown. */
  since?: number
}

/** The one thing a party should know now about their place in the hearing. */
export function useSituation(room: LiveRoom): ComputedRef<Situation | null> {
  return computed(() => (room.me.value ? situationOf(room.state.value, room.me.value) : null))
}

export function situationOf(state: RoomState, me: Person): Situation | null {
  if (me.place.startsWith('caucus')) return { name: 'own_caucus', tone: 'brand', title: t('ownCaucus'), text: t('ownCaucusText') }
  if (state.phase === 'adjourned') {
    const last = state.adjournments[state.adjournments.length - 1]
    const text = last?.reason ? t('adjournedBecause', { reason: last.reason }) : t('adjournedText')
    return { name: 'adjourned', tone: 'warn', title: t('adjourned'), text, since: last?.from }
  }
  const caucus = openCaucus(state)
  if (caucus) return { name: 'caucus', tone: 'brand', title: t('caucus'), text: t('caucusText'), since: caucus.from }
  if (me.muted) return { name: 'muted', tone: 'bad', title: t('chairMuted'), text: t('chairMutedText') }
  if (state.floor.held && me.role !== 'mediator' && me.role !== 'clerk') return floorOf(state, me)
  if (state.phase === 'waiting') return { name: 'waiting', tone: 'brand', title: t('notOpenYet'), text: t('notOpenYetText') }
  return null
}

function floorOf(state: RoomState, me: Person): Situation {
  const { holder } = state.floor
  if (holder === me.id) return { name: 'my_floor', tone: 'ok', title: t('yourTurn'), text: t('yourTurnText') }
  const other = personOf(state, holder)
  const asked = state.hands.some((hand) => hand.participant === me.id)
  const text = asked ? t('noFloorAsked') : other ? t('noFloorOther', { name: other.name }) : t('noFloorText')
  return { name: 'no_floor', tone: 'warn', title: t('noFloor'), text }
}
