import { beforeEach, expect, it } from 'vitest'
import { Pulse, type Receiver } from '@/room/pulse'

const EVERY = 250
let pulse: Pulse
let now: number
let asked: number
beforeEach(() => ([pulse, now, asked] = [new Pulse(), 1_000, 0]))

const line = (from: () => number): Receiver => ({
  getSynchronizationSources: () => {
    asked++
    return from() ? [{ timestamp: from() }] : []
  },
})

/** How long after now silence was told, each time it was, within so many milliseconds. */
function told(receivers: Receiver[], milliseconds: number): number[] {
  const began = now
  const times: number[] = []
  while (now < began + milliseconds) {
    now += EVERY
    if (pulse.feel(receivers, now)) times.push(now - began)
  }
  return times
}

it('tells once, within a second, that nothing comes any more', () => {
  let dead = false
  let last = 0
  const voice = line(() => (dead ? last : (last = now - (now % 20))))
  expect(told([voice], 5_000)).toEqual([])
  dead = true
  expect(told([voice], 10_000)).toEqual([500])
  dead = false
  expect(told([voice], 2_000)).toEqual([])
  dead = true
  expect(told([voice], 10_000)).toEqual([500])
})

it('is content with the silence of a microphone, a picture a line barely bears, and long stalls of one of them', () => {
  const silence = line(() => now - (now % 400))
  const picture = line(() => now - (now % 450))
  expect(told([silence], 10_000)).toEqual([])
  expect(told([picture], 10_000)).toEqual([])
  expect(told([line(() => 500), silence, line(() => 0)], 10_000)).toEqual([])
})

it('says nothing where nobody was heard yet, nobody is any more, or the browser does not tell', () => {
  expect(told([], 5_000)).toEqual([])
  expect(told([line(() => 0)], 5_000)).toEqual([])
  expect(told([line(() => now)], 1_000)).toEqual([])
  expect(told([], 5_000)).toEqual([])
  expect(told([{}], 5_000)).toEqual([])
})

it('asks no further than the first line that brings something', () => {
  told(Array.from({ length: 9 }, () => line(() => now)), 10_000)
  expect(asked).toBe(10_000 / EVERY)
})

it('does not take its own sleep for silence', () => {
  const voice = line(() => now)
  told([voice], 1_000)
  now += 60_000
  expect(told([voice], 2_000)).toEqual([])
})
