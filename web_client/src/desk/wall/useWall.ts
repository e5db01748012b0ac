/** The rooms one watches at the same time: each with a line, a fold and connections of its own. */
import { computed, effectScope, onBeforeUnmount, ref, shallowReactive, shallowRef, type EffectScope } from 'vue'
import { openRoom, type LiveRoom } from '@/room/live'
import { problem } from '../staff'
import { MOST, wall, watchRoom, type LiveHearing, type Purpose, type Reason } from './wall'

const REFRESH_MS = 5_000

export interface Entered {
  hearing: string
  title: string
  organisation: string
  room: LiveRoom | null
  /** Why there is no room. */
  trouble: string
}

export function useWall() {
  const listed = shallowRef<LiveHearing[] | null>(null)
  const purposes = shallowRef<Purpose[]>([])
  const trouble = ref('')
  const reason = shallowRef<Reason | null>(null)
  const entered = shallowReactive(new Map<string, Entered>())
  const scopes = new Map<string, EffectScope>()
  /** The one room that is heard; empty: none. */
  const audible = ref('')

  async function load(): Promise<void> {
    try {
      const found = await wall()
      listed.value = found.rooms
      purposes.value = found.purposes
      trouble.value = ''
    } catch (error) {
      trouble.value = problem(error)
    }
  }

  async function enter(live: Pick<LiveHearing, 'hearing' | 'title' | 'organisation'>): Promise<void> {
    const { hearing, title, organisation } = live
    if (!reason.value || (!entered.has(hearing) && entered.size >= MOST)) return
    shut(hearing)
    const waiting: Entered = { hearing, title, organisation, room: null, trouble: '' }
    entered.set(hearing, waiting)
    try {
      const { ticket } = await watchRoom(hearing, reason.value)
      // Taken off the wall meanwhile.
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
    scopes.delete(hearing)
    if (audible.value === hearing) audible.value = ''
    const room = entered.get(hearing)?.room
    if (!scope || !room) return
    void room.leave().finally(() => scope.stop())
  }

  function leave(hearing: string): void {
    shut(hearing)
    entered.delete(hearing)
  }
  function leaveAll(): void {
    for (const hearing of [...entered.keys()]) leave(hearing)
  }

  void load()
  const timer = setInterval(() => document.visibilityState === 'visible' && void load(), REFRESH_MS)
  onBeforeUnmount(() => {
    clearInterval(timer)
    leaveAll()
  })

  return {
    listed,
    purposes,
    trouble,
    reason,
    audible,
    rooms: computed(() => [...entered.values()]),
    has: (hearing: string) => entered.has(hearing),
    full: computed(() => entered.size >= MOST),
    load,
    enter,
    leave,
    leaveAll,
    listen: (hearing: string) => (audible.value = audible.value === hearing ? '' : hearing),
  }
}
