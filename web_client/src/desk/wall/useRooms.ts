/** Several rooms at the same time: each with a line, a fold and connections of its own. */
import { computed, effectScope, onBeforeUnmount, shallowReactive, type EffectScope } from 'vue'
import { openRoom, type LiveRoom } from '@/room/live'
import { problem } from '../staff'
import { MOST, type LiveHearing } from './wall'

export interface Entered {
  hearing: string
  title: string
  organisation: string
  room: LiveRoom | null
  /** Why there is no room. */
  trouble: string
}

/** `ticketTo`: the way into a room; `onShut`: it is left now. */
export function useRooms(ticketTo: (hearing: string) => Promise<{ ticket: string }>, onShut: (hearing: string) => void) {
  const entered = shallowReactive(new Map<string, Entered>())
  const scopes = new Map<string, EffectScope>()

  async function enter(live: Pick<LiveHearing, 'hearing' | 'title' | 'organisation'>): Promise<void> {
    const { hearing, title, organisation } = live
    if (!entered.has(hearing) && entered.size >= MOST) return
    shut(hearing)
    const waiting: Entered = { hearing, title, organisation, room: null, trouble: '' }
    entered.set(hearing, waiting)
    try {
      const { ticket } = await ticketTo(hearing)
      // Left again meanwhile.
      if (entered.get(hearing) !== waiting) return
      const scope = effectScope(true)
      scopes.set(hearing, scope)
      entered.set(hearing, { ...waiting, room: scope.run(() => openRoom({ ticket }))! })
    } catch (error) {
      if (entered.get(hearing) === waiting) entered.set(hearing, { ...waiting, trouble: problem(error) })
    }
  }

  /** End the line and connections of a room, and say so to it. */
  function shut(hearing: string): void {
    const scope = scopes.get(hearing)
    const room = entered.get(hearing)?.room
    scopes.delete(hearing)
    onShut(hearing)
    if (scope && room) void room.leave().finally(() => scope.stop())
  }

  function leave(hearing: string): void {
    shut(hearing)
    entered.delete(hearing)
  }
  function leaveAll(): void {
    for (const hearing of [...entered.keys()]) leave(hearing)
  }
  onBeforeUnmount(leaveAll)

  return {
    rooms: computed(() => [...entered.values()]),
    has: (hearing: string) => entered.has(hearing),
    full: computed(() => entered.size >= MOST),
    enter,
    leave,
    leaveAll,
  }
}
