import { describe, expect, it } from 'vitest'
import type { Event } from '@/core/protocol'
import { left } from '@/room/course'
import { fold } from '@/room/fold'
import { columnOf, jumps, mayPreside, nextStage, rightOf, stageOf } from '@/room/procedure'
import { signatureOf, signs } from '@/room/signing'
import { emptyRoom, handsOf, mayBeHeard, personOf, type RoomState } from '@/room/state'
import { prepared, START, told } from './facts'

const staged = (kind: 'mediation' | 'arbitration', chair = 'mediator'): Event => {
  if (prepared.type !== 'SittingPrepared') throw new Error('the first fact')
  const participants = prepared.participants.map((p) => (p.role === 'mediator' ? { ...p, role: chair as typeof p.role } : p))
  return { ...prepared, kind, procedure: kind, participants }
}
const entered = (stage: string, origin = '', turn = '', limit_s = 0): Event => ({ type: 'StageEntered', stage, origin, reason: '', skipped: [], override: false, turn, limit_s })
const seats = ['p_mediator', 'p_clerk', 'p_worker', 'p_company'].map((participant): Event => ({ type: 'Moved', participant, origin: 'lobby', place: 'table' }))
function after(first: Event, ...events: Event[]): RoomState {
  return [first, ...seats, { type: 'Opened' } as Event, ...events].reduce((state, event, n) => fold(state, told(n + 1, event)), emptyRoom)
}
const heard = (state: RoomState) => state.people.filter((p) => mayBeHeard(state, p)).map((p) => p.id)
const right = (state: RoomState, id: string) => rightOf(state.course, personOf(state, id)!)

describe('one’s own right in a stage', () => {
  it('follows the floor matrix of the server', () => {
    const opening = after(staged('mediation'), entered('M4_OPENING', 'M3_LOBBY'))
    expect(heard(opening)).toEqual(['p_mediator', 'p_clerk'])
    expect(right(opening, 'p_worker')).toBe('G')
    const talk = after(staged('mediation'), entered('M7_NEGOTIATE', 'M6_ISSUES'))
    expect(heard(talk)).toEqual(['p_mediator', 'p_worker', 'p_company'])
    expect(right(talk, 'p_clerk')).toBe('G')
    const deliberation = after(staged('arbitration', 'chief_arbitrator'), entered('A14_DELIBERATE', 'A12_MEDIATION'))
    expect(right(deliberation, 'p_worker')).toBe('X')
  })

  it('goes with the turn of one’s side', () => {
    const first = after(staged('mediation'), entered('M5_STATEMENTS', 'M4_OPENING', 'applicant', 600))
    expect(heard(first)).toEqual(['p_mediator', 'p_worker'])
    const second = fold(first, told(99, { type: 'TurnGiven', side: 'respondent', reason: '', limit_s: 60 }))
    expect(heard(second)).toEqual(['p_mediator', 'p_company'])
    expect(left(second.course, START + 99_000 + 20_000)).toBe(40_000)
  })

  it('is given, taken and lifted within what the stage allows', () => {
    const debate = after(staged('arbitration', 'chief_arbitrator'), entered('A10_DEBATE', 'A9_INQUIRY'))
    expect(heard(debate)).toEqual(['p_mediator'])
    expect(heard(fold(debate, told(99, { type: 'FloorGiven', participant: 'p_worker', limit_s: 0 })))).toEqual(['p_mediator', 'p_worker'])
    const free = fold(debate, told(99, { type: 'FloorFreed' }))
    expect(heard(free)).toEqual(['p_mediator', 'p_clerk', 'p_worker', 'p_company'])
    expect(heard(fold(free, told(100, entered('A11_FINAL', 'A10_DEBATE'))))).toEqual(['p_mediator'])
  })

  it('is everybody’s where there are no stages', () => {
    const plain = after(prepared)
    expect(heard(plain)).toHaveLength(4)
    expect(stageOf(plain.course)).toBeUndefined()
    expect(columnOf(plain.course, { id: 'x', role: 'agent', side: '' })).toBe('third')
  })
})

describe('a sitting that continues another one', () => {
  it('goes on where that one was, after its opening', () => {
    const first = staged('arbitration', 'chief_arbitrator')
    if (first.type !== 'SittingPrepared') throw new Error('the first fact')
    const later = { ...first, former: 's_0', resumes_at: 'A8_EVIDENCE', passed: ['A2_CHECK_IN', 'A3_OPEN', 'A4_CLAIM'] }
    const state = after(later, entered('A2_CHECK_IN', 'A1_LOBBY'))
    expect(nextStage(state.course)?.code).toBe('A8_EVIDENCE')
    expect(nextStage(fold(state, told(99, entered('A8_EVIDENCE', 'A2_CHECK_IN'))).course)?.code).toBe('A9_INQUIRY')
  })
})

describe('who presides', () => {
  it('is whoever was appointed, until another one takes the chair', () => {
    const before = after(staged('mediation'))
    expect(before.course).toMatchObject({ chair: 'p_mediator', appointed: 'p_mediator', delegated: [] })
    expect(mayPreside(before.course, { id: 'p_co', role: 'co_mediator', side: '' })).toBe(true)
    expect(mayPreside(before.course, { id: 'p_mediator', role: 'mediator', side: '' })).toBe(false)
    expect(mayPreside(before.course, { id: 'p_clerk', role: 'clerk', side: '' })).toBe(false)
    const taken = fold(before, told(99, { type: 'ChairTaken', participant: 'p_co', before: 'p_mediator', reason: '' }))
    expect(mayPreside(taken.course, { id: 'p_mediator', role: 'mediator', side: '' })).toBe(true)
  })

  const warning = { type: 'Warned', participant: 'p_worker', reason: '喧哗', kind: '', text: '', version: '', interval: 0, evidence: '', cause: '' } as const

  it('asks staff to conduct, and warns until somebody is back', () => {
    const asked = after(staged('mediation'), { type: 'Delegated', participant: 'p_clerk', on: true })
    expect(asked.course.delegated).toEqual(['p_clerk'])
    expect(fold(asked, told(99, { type: 'Delegated', participant: 'p_clerk', on: false })).course.delegated).toEqual([])
    const warned = fold(asked, told(99, { ...warning, kind: 'leaving' }))
    expect(warned.course.warned).toEqual(['p_worker'])
    const noted = fold(asked, told(99, { ...warning, kind: 'discipline' }))
    expect(noted.course.warned).toEqual([])
    expect(noted.course.warnings).toMatchObject([{ participant: 'p_worker', kind: 'discipline', reason: '喧哗' }])
    const left = fold(warned, told(100, { type: 'Left', participant: 'p_worker', cause: 'left' }))
    expect(personOf(left, 'p_worker')?.lost).toBe('left')
    const again = fold(left, told(101, { type: 'Joined', participant: 'p_worker', device: 'd' }))
    expect(again.course.warned).toEqual([])
    expect(personOf(again, 'p_worker')?.lost).toBe('')
  })
})

describe('signatures', () => {
  const signing = after(staged('mediation'), entered('M10_SIGN', 'M9_READBACK'))
  const signed = fold(signing, told(99, { type: 'Signed', participant: 'p_worker', stage: 'M10_SIGN', version: '1' }))
  const refused = fold(signed, told(100, { type: 'SigningDeclined', participant: 'p_company', stage: 'M10_SIGN', reason: '' }))

  it('are asked of the parties and the chair, and of nobody elsewhere', () => {
    const who = (state: RoomState) => state.people.filter((p) => signs(state.course, p)).map((p) => p.id)
    expect(who(signing)).toEqual(['p_mediator', 'p_worker', 'p_company'])
    expect(who(after(staged('mediation'), entered('M7_NEGOTIATE', 'M6_ISSUES')))).toEqual([])
  })

  it('are open, given or refused, and thought of again', () => {
    expect(signatureOf(signing.course, 'p_worker')).toBe('open')
    expect(signatureOf(refused.course, 'p_worker')).toBe('signed')
    expect(signatureOf(refused.course, 'p_company')).toBe('declined')
    const again = fold(refused, told(101, { type: 'Signed', participant: 'p_company', stage: 'M10_SIGN', version: '1' }))
    expect(signatureOf(again.course, 'p_company')).toBe('signed')
  })

  it('are void with another draft', () => {
    const draft = fold(refused, told(101, entered('M8_DRAFT', 'M10_SIGN')))
    expect(draft.course).toMatchObject({ signed: {}, declined: {} })
  })
})

describe('the ways on', () => {
  it('are the regular one, those without and those with a reason', () => {
    const talk = after(staged('mediation'), entered('M7_NEGOTIATE', 'M6_ISSUES')).course
    expect(nextStage(talk)?.code).toBe('M8_DRAFT')
    const ways = Object.fromEntries(jumps(talk, ['applicant']).map((way) => [way.stage.code, way.reason]))
    expect(ways).toEqual({ M5_STATEMENTS: true, M6_ISSUES: true, M9_READBACK: true, M10_SIGN: true, M11_AGREED: true, M12_ADJOURNED: true, M13_FAILED: false, MX_TECH: true })
  })

  it('lead back from an interruption', () => {
    const cut = after(staged('mediation'), entered('M6_ISSUES', 'M5_STATEMENTS'), entered('MX_TECH', 'M6_ISSUES')).course
    expect(nextStage(cut)?.code).toBe('M6_ISSUES')
    const twice = fold(fold(after(staged('mediation'), entered('M6_ISSUES'), entered('MX_TECH', 'M6_ISSUES')), told(98, entered('M12_ADJOURNED', 'MX_TECH'))), told(99, entered('MX_TECH', 'M12_ADJOURNED'))).course
    expect(nextStage(twice)?.code).toBe('M6_ISSUES')
  })

  it('leave out what concerns nobody', () => {
    const evidence = after(staged('arbitration', 'chief_arbitrator'), entered('A8_EVIDENCE', 'A7_ISSUES')).course
    expect(jumps(evidence, ['applicant']).map((way) => way.stage.code)).not.toContain('A8W_WITNESS')
    expect(jumps(evidence, ['witness']).map((way) => way.stage.code)).toContain('A8W_WITNESS')
  })
})

describe('requests and limits', () => {
  const asked = (kind: string, request = 'r1'): Event => ({ type: 'RequestMade', request, participant: 'p_worker', kind, text: '', ref: '', place: 'table' })

  it('are open until decided; a hand also goes down with the floor, the place and the person', () => {
    const raised = after(staged('mediation'), asked('floor'), asked('recess', 'r2'))
    expect(handsOf(raised).map((hand) => hand.participant)).toEqual(['p_worker'])
    for (const event of [
      { type: 'FloorGiven', participant: 'p_worker', limit_s: 0 },
      { type: 'Left', participant: 'p_worker', cause: 'silent' },
      { type: 'Moved', participant: 'p_worker', origin: 'table', place: 'caucus:1' },
      { type: 'RequestWithdrawn', request: 'r1' },
    ] as Event[]) {
      expect(handsOf(fold(raised, told(99, event)))).toEqual([])
    }
    const denied = fold(raised, told(99, { type: 'RequestDenied', request: 'r2', reason: '稍后休息' }))
    expect(denied.course.requests.find((r) => r.id === 'r2')).toMatchObject({ state: 'denied', reason: '稍后休息' })
  })

  it('stand still in a recess', () => {
    const first = after(staged('mediation'), entered('M5_STATEMENTS', 'M4_OPENING', 'applicant', 600))
    const begin = first.course.limit!.since
    const at = (n: number) => told(Math.round((n - START) / 1000), { type: 'Adjourned', reason: '', until: 0 })
    const recess = fold(first, at(begin + 100_000))
    expect(left(recess.course, begin + 500_000)).toBe(500_000)
    const on = fold(recess, told(Math.round((begin + 400_000 - START) / 1000), { type: 'Resumed' }))
    expect(left(on.course, begin + 450_000)).toBe(450_000)
  })
})
