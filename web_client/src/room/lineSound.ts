/** The sound behind a line of the minutes: one at a time, at full speed or slowly. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

export const SLOW = 0.7

export interface LineSound {
  /** The line that sounds now, or is being fetched. */
  playing: Ref<string>
  /** Play a line; the one that sounds already stops. Rejects where nothing was recorded. */
  toggle(line: string, rate?: number): Promise<void>
  stop(): void
}

/** `fetched` gives the sound of a line, or rejects with the server's reason. */
export function useLineSound(fetched: (line: string) => Promise<Blob>): LineSound {
  const playing = ref('')
  const audio = new Audio()
  let address = ''

  function stop(): void {
    playing.value = ''
    audio.pause()
    audio.removeAttribute('src')
    if (address) URL.revokeObjectURL(address)
    address = ''
  }
  audio.addEventListener('ended', stop)

  async function toggle(line: string, rate = 1): Promise<void> {
    const again = playing.value === line
    stop()
    if (again) return
    playing.value = line
    try {
      const sound = await fetched(line)
      if (playing.value !== line) return
      address = URL.createObjectURL(sound)
      audio.src = address
      audio.preservesPitch = true
      audio.defaultPlaybackRate = audio.playbackRate = rate
      await audio.play()
    } catch (error) {
      // Another line was chosen meanwhile: this one's end is no news.
      if (playing.value !== line) return
      stop()
      throw error
    }
  }
  onBeforeUnmount(stop)
  return { playing, toggle, stop }
}
