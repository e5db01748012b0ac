import { describe, expect, it } from 'vitest'
import { encodings, pictureSize, thisDevice } from '@/room/layers'

const strong = { cores: 8, thrifty: false, able: true }
const rids = (width: number, height: number, device = strong) => encodings({ width, height }, device).map((one) => one.rid ?? '')

describe('the layers of a camera', () => {
  it('are as many as the size and the device allow, lowest first', () => {
    expect(rids(960, 720)).toEqual(['q', 'h', 'f'])
    expect(rids(1280, 720)).toEqual(['q', 'h', 'f'])
    expect(rids(640, 480)).toEqual(['q', 'f'])
    expect(rids(480, 360)).toEqual(['q', 'f'])
    expect(rids(320, 240)).toEqual([''])
    expect(rids(960, 720, { ...strong, cores: 2 })).toEqual(['q', 'f'])
    expect(rids(960, 720, { ...strong, thrifty: true })).toEqual([''])
    expect(rids(960, 720, { ...strong, able: false })).toEqual([''])
    expect(encodings({}, strong)).toHaveLength(1)
  })

  it('always end with the whole picture', () => {
    for (const size of [{ width: 960, height: 720 }, { width: 640, height: 480 }, {}]) {
      const last = encodings(size, strong).at(-1)!
      expect([last.scaleResolutionDownBy ?? 1, last.maxBitrate]).toEqual([1, 900_000])
    }
  })

  it('need a large picture, which only a strong device is asked for', () => {
    expect(pictureSize(false, strong)).toEqual({ width: 960, height: 720 })
    expect(pictureSize(false, { ...strong, cores: 4 })).toEqual({ width: 640, height: 480 })
    expect(pictureSize(true, strong)).toEqual({ width: 480, height: 360 })
  })

  it('follow what the browser says about the device', () => {
    const of = (more: object) => thisDevice({ userAgent: 'Chrome', hardwareConcurrency: 8, ...more } as Navigator)
    expect(of({})).toEqual(strong)
    expect(of({ connection: { saveData: true } }).thrifty).toBe(true)
    expect(of({ userAgent: 'Gecko Firefox/140' }).able).toBe(false)
    expect(of({ hardwareConcurrency: undefined }).cores).toBe(2)
  })
})
