/** The columns that show a number of equal tiles as large as a box allows. Pure. */

export interface Layout {
  columns: number
  width: number
  /** Not all fit in sight. */
  scrolls: boolean
}

const SMALLEST = 132
const LARGEST = 720

export function arrange(count: number, box: { width: number; height: number }, gap = 8, ratio = 4 / 3): Layout {
  let best: Layout = { columns: 1, width: 0, scrolls: false }
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns)
    const byWidth = (box.width - gap * (columns - 1)) / columns
    const byHeight = ((box.height - gap * (rows - 1)) / rows) * ratio
    const width = Math.floor(Math.min(byWidth, byHeight, LARGEST))
    if (width > best.width) best = { columns, width, scrolls: false }
  }
  if (best.width >= SMALLEST || box.width <= 0) return best
  // Too small to see a face: rather scroll.
  const columns = Math.max(1, Math.min(count, Math.floor((box.width + gap) / (SMALLEST + gap))))
  return { columns, width: Math.floor((box.width - gap * (columns - 1)) / columns), scrolls: true }
}

/** The same as custom properties of the box that holds the tiles; the last row is centred. */
export function layoutStyle({ columns, width }: Pick<Layout, 'columns' | 'width'>, gap = 8): Record<string, string> {
  return { '--tile': `${width}px`, '--row': `${columns * width + (columns - 1) * gap}px` }
}
