import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { onAwakening } from '@/room/awakening'

let looks: number
let unwatch: () => void
const network = new EventTarget()

beforeEach(() => {
  looks = 0
  Object.defineProperty(navigator, 'connection', { value: network, configurable: true })
  unwatch = onAwakening(() => looks++)
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
  expect(looks).toBe(4)
  show('hidden')
  expect(looks).toBe(4)
  show('visible')
  expect(looks).toBe(5)
})

it('stops when it is told to', () => {
  unwatch()
  window.dispatchEvent(new Event('online'))
  network.dispatchEvent(new Event('change'))
  show('visible')
  expect(looks).toBe(0)
})
