/** The player as a screen uses it: position and state as refs, keys, and elements that come and go. */
import { onBeforeUnmount, onMounted, ref } from 'vue'
import { Player, type Piece } from './player'

const TICK_MS = 50
export const RATES = [0.75, 1, 1.25, 1.5, 2] as const

export type ReplayPlayer = ReturnType<typeof usePlayer>

export function usePlayer() {
  const player = new Player()
  const position = ref(0)
  const playing = ref(false)
  const waiting = ref(false)
  const rate = ref(1)

  function show() {
    position.value = player.position
    playing.value = player.playing
    waiting.value = player.waiting && player.playing
  }
  /** Where a piece that is played alone ends. */
  let until: number | null = null
  const timer = setInterval(() => {
    player.tick(performance.now())
    if (until !== null && player.position >= until) {
      until = null
      player.pause()
    }
    show()
  }, TICK_MS)

  function toggle() {
    until = null
    if (player.playing) player.pause()
    else player.play()
    show()
  }
  function seek(ms: number) {
    until = null
    player.seek(ms)
    show()
  }
  /** From a moment on, or only up to `end`. */
  function playFrom(ms: number, end: number | null = null) {
    until = end
    player.seek(ms)
    player.play()
    show()
  }
  function setRate(wanted: number) {
    rate.value = player.rate = wanted
  }

  const press = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector('[role="dialog"]')) return
    if (/^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === 'INPUT' && (target as HTMLInputElement).type !== 'range')) return
    const step = event.shiftKey ? 30_000 : 5_000
    if (event.key === 'ArrowLeft') seek(player.position - step)
    else if (event.key === 'ArrowRight') seek(player.position + step)
    else if (event.key === ' ' && !/^(BUTTON|A)$/.test(target.tagName)) toggle()
    else return
    event.preventDefault()
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', press)
    clearInterval(timer)
  })

  return {
    position,
    playing,
    waiting,
    rate,
    toggle,
    seek,
    playFrom,
    setRate,
    setLength: (ms: number) => player.setLength(ms),
    add: (id: string, element: HTMLMediaElement, pieces: Piece[]) => player.add(id, element, pieces),
    remove: (id: string) => player.remove(id),
  }
}
