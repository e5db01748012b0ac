/** What this screen really shows: whose tile is in sight, how large, and whether anybody looks at the page. */
import { onBeforeUnmount, onMounted, onUpdated, ref } from 'vue'

export type Size = [number, number]
export interface Shown {
  /** By participant: pixels of the device, zeros for a tile that is scrolled out of sight. */
  sizes: Record<string, Size>
  hidden: boolean
}

/** Who looks away for a moment gets no key frames for it. */
const AWAY_MS = 3_000
/** Steps in which sizes are told: a pixel more or less is no news. */
const STEP = 16
/** On a denser screen nobody tells the difference, and everybody pays for it. */
const DENSEST = 2

/** The size to tell of a tile of so many CSS pixels. */
export function told(width: number, height: number, density: number): Size {
  const scale = Math.min(density || 1, DENSEST) / STEP
  return [Math.ceil(width * scale) * STEP, Math.ceil(height * scale) * STEP]
}

/** Watches the tiles inside a box; `not`: one's own, which nobody sends. */
export function useShown(box: () => HTMLElement | null, not: () => string) {
  const shown = ref<Shown>({ sizes: {}, hidden: false })
  const watched = new Set<HTMLElement>()
  const unseen = new Set<Element>()
  const resizing = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(measure)
  const sighting = typeof IntersectionObserver === 'undefined' ? null : new IntersectionObserver(sight)
  let away: ReturnType<typeof setTimeout> | undefined

  function sight(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) unseen.delete(target)
      else unseen.add(target)
    }
    measure()
  }

  function measure(): void {
    const sizes: Record<string, Size> = {}
    for (const tile of watched) {
      const who = tile.dataset.participant ?? ''
      if (!who || who === not() || !tile.isConnected) continue
      sizes[who] = unseen.has(tile) ? [0, 0] : told(tile.offsetWidth, tile.offsetHeight, window.devicePixelRatio)
    }
    if (JSON.stringify(sizes) !== JSON.stringify(shown.value.sizes)) shown.value = { ...shown.value, sizes }
  }

  /** Tiles come and go with every rendering. */
  function follow(): void {
    const now = new Set(box()?.querySelectorAll<HTMLElement>('.tile[data-participant]'))
    for (const tile of [...watched].filter((one) => !now.has(one))) {
      watched.delete(tile)
      unseen.delete(tile)
      resizing?.unobserve(tile)
      sighting?.unobserve(tile)
    }
    for (const tile of [...now].filter((one) => !watched.has(one))) {
      watched.add(tile)
      resizing?.observe(tile)
      sighting?.observe(tile)
    }
    measure()
  }

  function look(): void {
    clearTimeout(away)
    const hide = (hidden: boolean) => {
      if (hidden !== shown.value.hidden) shown.value = { ...shown.value, hidden }
    }
    if (document.visibilityState === 'hidden') away = setTimeout(() => hide(true), AWAY_MS)
    else hide(false)
  }

  onMounted(() => {
    follow()
    look()
    document.addEventListener('visibilitychange', look)
  })
  onUpdated(follow)
  onBeforeUnmount(() => {
    clearTimeout(away)
    document.removeEventListener('visibilitychange', look)
    resizing?.disconnect()
    sighting?.disconnect()
  })
  return shown
}
