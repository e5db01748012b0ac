import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { onAwakening } from '@/room/awakening'

let looks: boolean[]
let unwatch: () => void
const network = Object.assign(new EventTarget(), { type: 'wifi' })

beforeEach(() => {
  looks = []
  Object.defineProperty(navigator, 'connection', { value: network, configurable: true })
  unwatch = onAwakening((moved) => looks.push(moved))
})
afterEach(() => {
  unwatch()
  vi.restoreAllMocks()
})

const show = (state: DocumentVisibilityState) => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  document.dispatchEvent(new Event('visibilitychange'))
}

it('looks when the network changed and when the page wakes up, not when it goes to sleep', () => {
  window.dispatchEvent(new Event('online'))
  window.dispatchEvent(new Event('pageshow'))
  document.dispatchEvent(new Event('resume'))
  network.dispatchEvent(new Event('change'))
  expect(looks).toHaveLength(4)
  show('hidden')
  expect(looks).toHaveLength(4)
  show('visible')
  expect(looks).toHaveLength(5)
})

it('tells another network from another guess at how fast the same one is', () => {
  network.dispatchEvent(new Event('change'))
  network.type = 'cellular'
  network.dispatchEvent(new Event('change'))
  network.dispatchEvent(new Event('change'))
  window.dispatchEvent(new Event('online'))
  show('visible')
  expect(looks).toEqual([false, true, false, true, false])
})

it('stops when it is told to', () => {
  unwatch()
  window.dispatchEvent(new Event('online'))
  network.dispatchEvent(new Event('change'))
  show('visible')
  expect(looks).toEqual([])
})
