import { expect, it } from 'vitest'
import type { Down, WelcomeFrame } from '@/core/protocol'
import { forgetStale, interimFrame, STALE, type Interim } from '@/room/interim'
import { told } from './facts'

const words = (participant: string, text: string): Down => ({ kind: 'interim', participant, start_ms: 1000, text })
const after = (...frames: Down[]) => {
  const saying = new Map<string, Interim>()
  for (const frame of [words('p_worker', '我要'), words('p_clerk', '请'), ...frames]) interimFrame(saying, frame, 5)
  return Object.fromEntries([...saying].map(([who, one]) => [who, one.text]))
}

it('keeps the newest words of everybody, until they are taken back', () => {
  expect(after(words('p_worker', '我要求'))).toEqual({ p_worker: '我要求', p_clerk: '请' })
  expect(after(words('p_worker', ''))).toEqual({ p_clerk: '请' })
})

it('gives way to the line, and to whatever ends what is heard', () => {
  const line = { type: 'UtteranceHeard', utterance: 'u1', participant: 'p_worker', start_ms: 1000, end_ms: 2000, text: '我要求支付', words: [], confidence: 0.9, language: 'zh', engine: 'e' } as const
  expect(after(told(2, line as never))).toEqual({ p_clerk: '请' })
  expect(after(told(2, { type: 'Moved', participant: 'p_clerk', origin: 'table', place: 'caucus:1' } as never))).toEqual({ p_worker: '我要' })
  expect(after({ kind: 'reset' })).toEqual({})
  expect(after({ kind: 'welcome' } as WelcomeFrame)).toEqual({})
})

it('does not leave standing what nobody goes on with', () => {
  const saying = new Map<string, Interim>()
  interimFrame(saying, words('p_worker', '我要'), 0)
  forgetStale(saying, STALE)
  expect(saying.size).toBe(1)
  forgetStale(saying, STALE + 1)
  expect(saying.size).toBe(0)
})
