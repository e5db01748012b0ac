/** Somebody with a seat in several rooms: heard and seen in the one they turn to, present in the others. */
import { effectScope, onBeforeUnmount, ref, watch, type EffectScope } from 'vue'
import { capture, stop, type Captured } from '@/room/devices'
import type { LiveRoom } from '@/room/live'
import { enter as seatIn } from '../hearings/hearings'
import { useListed } from './useListed'
import { useRooms } from './useRooms'
import { ownRooms } from './wall'

/** What a room is lent: tracks of its own, which end without those of the others. */
const lent = (captured: Captured): Captured => ({ stream: captured.stream.clone(), troubles: { ...captured.troubles } })

export function useGuest() {
  const { found, trouble, load } = useListed(ownRooms)
  /** Where one is heard and seen; empty: nowhere. */
  const focus = ref('')
  const on = useRooms(seatIn, (hearing) => {
    if (focus.value === hearing) focus.value = ''
    tended.get(hearing)?.stop()
    tended.delete(hearing)
  })
  const tended = new Map<string, EffectScope>()
  let captured: Captured | null = null
  let turning = 0

  /** Comes in by itself, and keeps saying whether one attends: the server sends nothing of who does not. */
  function tend(hearing: string, room: LiveRoom): void {
    const { state, line, me } = room
    const inside = () => line.value === 'open' && state.value.caughtUp && state.value.phase !== 'closed' && !!me.value
    const wish = (command: Parameters<LiveRoom['wish']>[0]) => void room.wish(command).catch(() => undefined)
    watch(() => inside() && me.value?.place === 'lobby' && !me.value.knocked, (outside) => outside && wish({ type: 'Knock' }), { immediate: true })
    watch(
      () => inside() && (focus.value === hearing) === !!me.value?.elsewhere,
      (wrong) => wrong && wish({ type: 'Attend', here: focus.value === hearing }),
      { immediate: true },
    )
  }
  watch(on.rooms, (rooms) => {
    for (const { hearing, room } of rooms) {
      if (!room || tended.has(hearing)) continue
      const scope = effectScope(true)
      tended.set(hearing, scope)
      scope.run(() => tend(hearing, room))
    }
  })

  /** Turn to a room, or to none: the former one is silent before this one hears anything. */
  async function turn(hearing: string): Promise<void> {
    const number = ++turning
    focus.value = hearing
    for (const one of on.rooms.value) if (one.hearing !== hearing) void one.room?.present(null)
    if (!hearing) return
    captured ??= await capture()
    const room = on.rooms.value.find((one) => one.hearing === hearing)?.room
    if (number === turning && room) await room.present(lent(captured))
  }

  onBeforeUnmount(() => {
    turning++
    stop(captured?.stream ?? null)
    for (const scope of tended.values()) scope.stop()
  })
  return { ...on, found, trouble, load, focus, turn }
}
