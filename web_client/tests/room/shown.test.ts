import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, ref, type App, type Ref } from 'vue'
import { told, useShown, type Shown } from '@/room/useShown'

class Watcher {
  static made: Watcher[] = []
  readonly seen = new Set<Element>()
  constructor(readonly call: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
    Watcher.made.push(this)
  }
  observe = (one: Element) => this.seen.add(one)
  unobserve = (one: Element) => this.seen.delete(one)
  disconnect = () => this.seen.clear()
}

let app: App
let shown: Ref<Shown>
const people = ref<string[]>([])
let wide = 200
let looks: 'visible' | 'hidden' = 'visible'
const looking = (now: typeof looks) => {
  looks = now
  document.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(() => {
  vi.useFakeTimers()
  Watcher.made = []
  vi.stubGlobal('ResizeObserver', Watcher)
  vi.stubGlobal('IntersectionObserver', Watcher)
  vi.stubGlobal('devicePixelRatio', 1.5)
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockImplementation(() => wide)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(() => (wide * 3) / 4)
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => looks)
  wide = 200
  looks = 'visible'
  people.value = ['me', 'anna', 'ben']
  const box = document.body.appendChild(document.createElement('div'))
  app = createApp({
    setup() {
      shown = useShown(() => box, () => 'me')
      return () => people.value.map((id) => h('div', { key: id, class: 'tile', 'data-participant': id }))
    },
  })
  app.mount(box)
})
afterEach(() => {
  app.unmount()
  document.body.replaceChildren()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})
const tile = (id: string) => document.querySelector(`[data-participant=${id}]`)!

it('tells the pixels of the device, in steps, and no more of them than anybody sees', () => {
  expect(told(200, 150, 1)).toEqual([208, 160])
  expect(told(200, 150, 1.5)).toEqual([304, 240])
  expect(told(100, 75, 3)).toEqual(told(100, 75, 2))
  expect(told(208, 160, 0)).toEqual([208, 160])
})

it('measures the tiles of the others and follows who comes and goes', async () => {
  expect(shown.value).toEqual({ sizes: { anna: [304, 240], ben: [304, 240] }, hidden: false })
  people.value = ['ben', 'cleo', 'me']
  await nextTick()
  expect(Object.keys(shown.value.sizes)).toEqual(['ben', 'cleo'])
  expect(Watcher.made.map((one) => one.seen.size)).toEqual([3, 3])
})

it('hears of a tile that grows, and makes no news of one that hardly does', () => {
  const before = shown.value
  wide = 202
  Watcher.made[0]!.call([])
  expect(shown.value).toBe(before)
  wide = 640
  Watcher.made[0]!.call([])
  expect(shown.value.sizes.anna).toEqual([960, 720])
})

it('tells of a tile that is scrolled out of sight that it is of no size', () => {
  Watcher.made[1]!.call([{ target: tile('anna'), isIntersecting: false }])
  expect(shown.value.sizes).toEqual({ anna: [0, 0], ben: [304, 240] })
  Watcher.made[1]!.call([{ target: tile('anna'), isIntersecting: true }])
  expect(shown.value.sizes.anna).toEqual([304, 240])
})

it('says that nobody looks after a while, and at once that somebody does', () => {
  looking('hidden')
  vi.advanceTimersByTime(2_000)
  looking('visible')
  vi.advanceTimersByTime(10_000)
  expect(shown.value.hidden).toBe(false)
  looking('hidden')
  vi.advanceTimersByTime(3_100)
  expect(shown.value.hidden).toBe(true)
  looking('visible')
  expect(shown.value.hidden).toBe(false)
})

it('stops watching with the room', () => {
  app.unmount()
  expect(Watcher.made.every((one) => one.seen.size === 0)).toBe(true)
  looking('hidden')
  vi.advanceTimersByTime(5_000)
  expect(shown.value.hidden).toBe(false)
})
