/** Enlarging a page on one's own screen: a scale and where the page lies, within its frame. Pure. */

export interface Zoom {
  scale: number
  /** Of the page's middle from the frame's middle, in parts of the frame. */
  x: number
  y: number
}

export const whole: Zoom = { scale: 1, x: 0, y: 0 }
const LARGEST = 6
const STEP = 1.35

/** Nothing of the page is pushed further than its own edge. */
export function within({ scale, x, y }: Zoom): Zoom {
  const large = Math.min(LARGEST, Math.max(1, scale))
  const most = (large - 1) / 2
  const held = (value: number) => Math.min(most, Math.max(-most, value)) + 0
  return { scale: large, x: held(x), y: held(y) }
}

/** Enlarge around a point of the frame (0 to 1), which stays where it is. */
export function zoomed(zoom: Zoom, by: number, at = { x: 0.5, y: 0.5 }): Zoom {
  const scale = Math.min(LARGEST, Math.max(1, zoom.scale * by))
  const grown = scale / zoom.scale
  const kept = (old: number, point: number) => (old - (point - 0.5)) * grown + (point - 0.5)
  return within({ scale, x: kept(zoom.x, at.x), y: kept(zoom.y, at.y) })
}

export const moved = (zoom: Zoom, x: number, y: number): Zoom => within({ ...zoom, x: zoom.x + x, y: zoom.y + y })

/** What a key does: `turn` pages for everybody, or enlarge and move one's own view; null: nothing of ours. */
export function byKey(key: string, zoom: Zoom): { turn: number } | { zoom: Zoom } | null {
  switch (key) {
    case '+':
    case '=':
      return { zoom: zoomed(zoom, STEP) }
    case '-':
      return { zoom: zoomed(zoom, 1 / STEP) }
    case '0':
      return { zoom: whole }
    case 'PageDown':
      return { turn: 1 }
    case 'PageUp':
      return { turn: -1 }
  }
  const arrow = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key]
  if (!arrow) return null
  if (zoom.scale > 1) return { zoom: moved(zoom, arrow[0]! * 0.15, arrow[1]! * 0.15) }
  return arrow[0] ? { turn: -arrow[0] } : null
}
