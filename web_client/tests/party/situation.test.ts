import { describe, expect, it } from 'vitest'
import { situationOf } from '@/party/situation'
import { emptyCourse, type AskedFor } from '@/room/course'
import { emptyRoom, type Person, type RoomState } from '@/room/state'

const none = { microphone: false, camera: false, screen: false }
const person = (id: string, change: Partial<Person> = {}): Person => ({
  id,
  name: id,
  role: 'applicant',
  side: 'applicant',
  place: 'table',
  present: true,
  cut: '',
  knocked: true,
  knockedAt: 0,
  admitted: true,
  refused: null,
  muted: false,
  sharing: false,
  off: none,
  sources: none,
  codec: '',
  ...change,
})
const hand = (participant: string): AskedFor => ({ id: 'r1', participant, kind: 'floor', text: '', ref: '', place: 'table', at: 1, state: 'open', reason: '' })
const room = (change: Partial<RoomState>): RoomState => ({ ...emptyRoom, phase: 'open', people: [person('me'), person('other')], ...change })
const name = (state: RoomState, me: Person) => situationOf(state, me)?.name

describe('what a party should know now', () => {
  it('is nothing when everyone may speak', () => {
    expect(situationOf(room({}), person('me'))).toBeNull()
  })

  it('is the floor: mine, another’s, or nobody’s', () => {
    expect(name(room({ floor: { held: true, holder: 'me', free: false } }), person('me'))).toBe('my_floor')
    const others = situationOf(room({ floor: { held: true, holder: 'other', free: false } }), person('me'))
    expect(others?.name).toBe('no_floor')
    expect(others?.text).toContain('other')
    expect(name(room({ floor: { held: true, holder: '', free: false } }), person('me'))).toBe('no_floor')
    const asked = room({ floor: { held: true, holder: 'other', free: false }, course: { ...emptyCourse, requests: [hand('me')] } })
    expect(situationOf(asked, person('me'))?.text).toContain('已举手')
  })

  it('puts a mute before the floor, because nobody is heard through it', () => {
    expect(name(room({ floor: { held: true, holder: 'me', free: false } }), person('me', { muted: true }))).toBe('muted')
  })

  it('names the reason of an adjournment and when it began', () => {
    const state = room({ phase: 'adjourned', adjournments: [{ from: 5, until: null, reason: '核对证据', from_ms: 1 }] })
    expect(situationOf(state, person('me'))).toMatchObject({ name: 'adjourned', since: 5 })
    expect(situationOf(state, person('me'))?.text).toContain('核对证据')
  })

  it('says when a recess is meant to end, and when that time is over', () => {
    const planned = Date.UTC(2026, 10, 22, 8, 30)
    const state = room({ phase: 'adjourned', adjournments: [{ from: 5, until: null, reason: '', from_ms: 1, planned }] })
    expect(situationOf(state, person('me'), planned - 1)?.text).toMatch(/预计 \d\d:30 继续/)
    expect(situationOf(state, person('me'), planned + 1)?.text).toContain('已到预计继续的时间')
  })

  it('tells those outside a caucus that one goes on, and those inside that it is private', () => {
    const caucuses = [{ place: 'caucus:1', from: 9, until: null, participants: ['other'] }]
    expect(situationOf(room({ caucuses }), person('me'))).toMatchObject({ name: 'caucus', since: 9 })
    expect(name(room({ caucuses }), person('me', { place: 'caucus:1' }))).toBe('own_caucus')
    expect(situationOf(room({ caucuses: [{ ...caucuses[0]!, until: 12 }] }), person('me'))).toBeNull()
  })

  it('says that the sitting is not open yet', () => {
    expect(name(room({ phase: 'waiting' }), person('me'))).toBe('waiting')
  })
})

describe('one’s own right, in words', () => {
  const staged = (stage: string, turn = ''): RoomState => {
    const course = { ...emptyCourse, procedure: 'mediation', stage, turn, turns: { [stage]: turn } }
    return room({ course })
  }
  const text = (state: RoomState) => situationOf(state, person('me'))?.text

  it('says in each stage whether one is heard and why not', () => {
    expect(text(staged('M7_NEGOTIATE'))).toContain('自由发言')
    expect(text(staged('M4_OPENING'))).toContain('主持人请您发言后')
    expect(text(staged('M5_STATEMENTS', 'applicant'))).toContain('自由发言')
    expect(text(staged('M5_STATEMENTS', 'respondent'))).toContain('没有轮到')
    expect(situationOf(staged('M7_NEGOTIATE'), person('me'))).toMatchObject({ name: 'stage', tone: 'ok' })
  })

  it('says who has the floor where it was given to another', () => {
    const held = { ...staged('M7_NEGOTIATE'), floor: { held: true, holder: 'other', free: false } }
    expect(text(held)).toContain('other')
    expect(situationOf({ ...held, floor: { held: true, holder: 'me', free: false } }, person('me'))?.name).toBe('my_floor')
  })
})
