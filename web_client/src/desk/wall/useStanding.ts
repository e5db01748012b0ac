/** How a watched room stands, in words for its tile; empty while there is something to see. */
import { computed } from 'vue'
import { duration, useNow } from '@/core/clock'
import type { LiveRoom } from '@/room/live'
import { hush, outside } from './wall'
import { w, type WallWord } from './words'

export interface Standing {
  word: string
  since: string
  /** What one can do about it: enter once more, or take the room over from another page. */
  cure: '' | 'again' | 'here'
}

const CLOSED = ['closed', 'hearing_closed']

export function useStanding(room: LiveRoom, guest = false) {
  const now = useNow()
  const plain = (word: WallWord, cure: Standing['cure'] = ''): Standing => ({ word: w(word), since: '', cure })

  const standing = computed<Standing | null>(() => {
    const { state, line, ended } = room
    if (state.value.phase === 'closed' || CLOSED.includes(ended.value)) return plain('ended_closed')
    if (line.value === 'occupied') return plain('occupied', 'here')
    if (line.value === 'ended') return plain(ended.value === 'refused' ? 'ended_refused' : 'ended_other', 'again')
    if (line.value === 'lost') return plain('reconnecting')
    if (!state.value.caughtUp || !room.me.value) return plain('connecting')
    const quiet = (guest ? outside : hush)(state.value, room.me.value)
    if (quiet) return { word: quiet.word, since: quiet.since ? duration(now.value - quiet.since) : '', cure: '' }
    return state.value.mediaLost ? plain('mediaLost') : null
  })
  return { standing, now }
}
