/** The one button that begins and ends what I show; what goes wrong is said aloud. */
import { computed, ref } from 'vue'
import { toast } from '@/kit/toast'
import type { LiveRoom } from './live'
import { canShare, NoScreen } from './screen'
import { say } from './words'

const REFUSED: Record<string, 'shareTaken' | 'shareNoFloor' | 'shareAdjourned'> = {
  somebody_shares: 'shareTaken',
  no_floor: 'shareNoFloor',
  adjourned: 'shareAdjourned',
}

export function useSharing(room: LiveRoom) {
  const choosing = ref(false)
  const shares = computed(() => room.ownScreen.value !== null)

  /** With a camera's id: what that camera sees, instead of a screen. */
  async function toggle(camera = ''): Promise<void> {
    if (shares.value) return room.unshare()
    choosing.value = true
    try {
      await room.share(camera)
    } catch (error) {
      if (error instanceof NoScreen) {
        // Whoever closes the browser's own dialog has decided; there is nothing to tell them.
        if (error.trouble !== 'denied') toast(say(error.trouble === 'missing' ? 'screenMissing' : 'screenFailed'), 'bad')
      } else {
        const word = REFUSED[(error as { word?: string }).word ?? '']
        toast(word ? say(word) : (error as Error).message || say('screenFailed'), 'bad')
      }
    } finally {
      choosing.value = false
    }
  }

  return { possible: canShare(), shares, choosing, toggle }
}
