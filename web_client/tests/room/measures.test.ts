import { describe, expect, it } from 'vitest'
import { fold } from '@/room/fold'
import { measuresOf } from '@/room/measures'
import { emptyRoom } from '@/room/state'
import { journal } from './facts'

const seen = { interval: 1, evidence: 'both', cause: 'silent' }
const state = journal(
  { type: 'Warned', participant: 'p_worker', reason: '打断他人发言', kind: 'discipline', text: '', version: '', ...seen },
  { type: 'Warned', participant: 'p_company', reason: '请勿离开', kind: 'leaving', text: 'leaving_warning', version: '2026-11-22', ...seen },
  { type: 'OutageJudged', participant: 'p_worker', decision: 'go_on', reason: '等候已满', ...seen },
  { type: 'Joined', participant: 'p_worker', device: 'd' },
  { type: 'AbsenceDeclared', participant: 'p_company', effect: 'heard_in_absence', reason: '经警告未返回', ...seen },
).reduce(fold, emptyRoom)

describe('what was decided about oneself', () => {
  it('is every warning and decision in order, also once one is back', () => {
    const mine = measuresOf(state.course, 'p_worker')
    expect(mine.map(({ kind, reason }) => [kind, reason])).toEqual([['discipline', '打断他人发言'], ['go_on', '等候已满']])
    expect(mine[0]!.at).toBeLessThan(mine[1]!.at)
    expect(state.course.judged).not.toHaveProperty('p_worker')
  })

  it('names the text of the law that belongs to it, and the version where it was read out', () => {
    expect(measuresOf(state.course, 'p_worker')[0]).toMatchObject({ text: 'discipline', version: '' })
    expect(measuresOf(state.course, 'p_company')[0]).toMatchObject({ text: 'leaving_warning', version: '2026-11-22' })
  })

  it('says what follows from walking out', () => {
    expect(measuresOf(state.course, 'p_company')[1]).toMatchObject({ kind: 'absence', effect: 'heard_in_absence' })
  })

  it('is nobody else’s', () => {
    expect(measuresOf(state.course, 'p_clerk')).toEqual([])
  })
})
