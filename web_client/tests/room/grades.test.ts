import { expect, it } from 'vitest'
import type { Down, WelcomeFrame } from '@/core/protocol'
import { gradeFrame, type Grade } from '@/room/grades'
import { told } from './facts'

const after = (...frames: Down[]) => {
  const grades = new Map<string, Grade>([['p_worker', 'bad']])
  for (const frame of frames) gradeFrame(grades, frame)
  return Object.fromEntries(grades)
}
const quality = (participant: string, grade: string): Down => ({ kind: 'quality', participant, grade })

it('keeps the newest grade of everybody', () => {
  expect(after(quality('p_worker', 'poor'), quality('p_clerk', 'good'))).toEqual({ p_worker: 'poor', p_clerk: 'good' })
})

it('ignores a word it does not know', () => {
  expect(after(quality('p_worker', 'excellent'))).toEqual({ p_worker: 'bad' })
})

it('forgets who left, and everybody with a new line, another view or a lost media service', () => {
  expect(after(told(2, { type: 'Left', participant: 'p_worker', cause: 'silent' }))).toEqual({})
  expect(after({ kind: 'reset' })).toEqual({})
  expect(after({ kind: 'welcome' } as WelcomeFrame)).toEqual({})
  expect(after({ kind: 'media', epoch: 2, up: false })).toEqual({})
  expect(after({ kind: 'media', epoch: 2, up: true })).toEqual({ p_worker: 'bad' })
})
