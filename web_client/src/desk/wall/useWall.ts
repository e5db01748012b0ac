/** The rooms one watches at the same time, for one purpose, and the one of them that is heard. */
import { computed, ref, shallowRef } from 'vue'
import { useListed } from './useListed'
import { useRooms } from './useRooms'
import { wall, watchRoom, type Reason } from './wall'

export function useWall() {
  const { found, trouble, load } = useListed(wall)
  const reason = shallowRef<Reason | null>(null)
  /** The one room that is heard; empty: none. */
  const audible = ref('')
  const rooms = useRooms(
    (hearing) => watchRoom(hearing, reason.value ?? { purpose: '', note: '' }),
    (hearing) => audible.value === hearing && (audible.value = ''),
  )

  return {
    ...rooms,
    listed: computed(() => found.value?.rooms ?? null),
    purposes: computed(() => found.value?.purposes ?? []),
    trouble,
    reason,
    audible,
    load,
    listen: (hearing: string) => (audible.value = audible.value === hearing ? '' : hearing),
  }
}
