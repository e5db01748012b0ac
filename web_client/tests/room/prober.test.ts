import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Prober } from '@/room/prober'

let knocks: AbortSignal[]
let answer: 'never' | 'at once' | 'refused'
let answers: number
let prober: Prober

beforeEach(() => {
  vi.useFakeTimers()
  ;[knocks, answer, answers] = [[], 'refused', 0]
  prober = new Prober({
    knock: (patience) => {
      knocks.push(patience)
      if (answer === 'at once') return Promise.resolve()
      if (answer === 'refused') return Promise.reject(new TypeError('network'))
      return new Promise((_, reject) => patience.addEventListener('abort', () => reject(patience.reason as Error)))
    },
    onAnswer: () => answers++,
    random: () => 0.5,
  })
})
afterEach(() => {
  prober.stop()
  vi.useRealTimers()
})

it('knocks every 0.7 s, after a minute every 3 s, and tells an answer', async () => {
  prober.start()
  prober.start()
  await vi.advanceTimersByTimeAsync(7_000)
  expect(knocks).toHaveLength(10)
  expect(answers).toBe(0)
  await vi.advanceTimersByTimeAsync(60_000)
  const soon = knocks.length
  await vi.advanceTimersByTimeAsync(30_000)
  expect(knocks.length - soon).toBe(10)
  answer = 'at once'
  await vi.advanceTimersByTimeAsync(3_000)
  expect(answers).toBe(1)
})

it('waits 2.5 s for an answer, and asks again meanwhile', async () => {
  answer = 'never'
  prober.start()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(knocks[0]!.aborted).toBe(false)
  expect(knocks).toHaveLength(4)
  await vi.advanceTimersByTimeAsync(300)
  expect(knocks[0]!.aborted).toBe(true)
  expect(knocks[1]!.aborted).toBe(false)
})

it('says nothing any more once it is stopped', async () => {
  prober.start()
  await vi.advanceTimersByTimeAsync(650)
  answer = 'at once'
  await vi.advanceTimersByTimeAsync(49)
  prober.stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect([knocks.length, answers]).toEqual([0, 0])
})
