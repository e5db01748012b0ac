/** Asks a room for one picture in its lowest layer, and for none while nobody looks at it. */
import { onBeforeUnmount, onMounted, watch } from 'vue'
import type { LiveRoom } from '@/room/live'

/** No layer that fills this is larger than the lowest. */
const LOWEST: [number, number] = [160, 120]

export function useLowest(room: LiveRoom, wanted: () => boolean): void {
  function ask(): void {
    if (room.planes.subscribe !== 'up') return
    const hidden = !wanted() || document.visibilityState === 'hidden'
    const seated = room.state.value.people.filter((person) => person.place === 'table' && person.present)
    // Whoever has the word; else whoever presides.
    const first = seated.some((person) => person.id === room.dominant.value) ? [room.dominant.value] : []
    room.view({ first, most: 1, sizes: Object.fromEntries(seated.slice(0, 64).map((person) => [person.id, LOWEST])), hidden })
  }
  watch(
    // A new connection knows nothing of what was asked before.
    [() => room.planes.subscribe, room.dominant, wanted, () => room.state.value.people.map((person) => person.present && person.place === 'table' && person.id).join()],
    ask,
  )
  onMounted(() => {
    ask()
    document.addEventListener('visibilitychange', ask)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', ask)
    if (room.line.value === 'open') room.view({ first: [], most: 0, sizes: {}, hidden: true })
  })
}
