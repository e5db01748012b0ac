import { describe, expect, it } from 'vitest'
import { arrange } from '@/room/layout'

const GAP = 8

describe('tiles', () => {
  it('always fit the box, unless they would be too small to see a face', () => {
    for (let count = 1; count <= 9; count++) {
      for (let width = 320; width <= 1920; width += 80) {
        for (let height = 200; height <= 1080; height += 80) {
          const { columns, width: tile, scrolls } = arrange(count, { width, height }, GAP)
          const rows = Math.ceil(count / columns)
          expect(tile * columns + GAP * (columns - 1)).toBeLessThanOrEqual(width)
          if (scrolls) expect(tile).toBeGreaterThanOrEqual(132)
          else expect((tile * rows * 3) / 4 + GAP * (rows - 1)).toBeLessThanOrEqual(height + rows)
        }
      }
    }
  })

  it('stand side by side where the box is wide and one below the other where it is tall', () => {
    expect(arrange(2, { width: 878, height: 582 })).toEqual({ columns: 2, width: 435, scrolls: false })
    expect(arrange(2, { width: 360, height: 640 }).columns).toBe(1)
  })
})
