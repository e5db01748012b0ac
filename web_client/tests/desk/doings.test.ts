import { describe, expect, it } from 'vitest'
import type { Role } from '@/core/protocol'
import { doingsWith } from '@/desk/room/people/doings'
import { shortcutOf, SHORTCUTS } from '@/desk/room/shortcuts'
import { emptyCourse } from '@/room/course'
import { emptyRoom, type Person, type RoomState } from '@/room/state'

const none = { microphone: false, camera: false, screen: false }
const person = (role: Role, change: Partial<Person> = {}): Person => ({
  id: 'p_x', name: '某', role, side: '', place: 'table', present: true, knocked: true, knockedAt: 1, admitted: true,
  refused: null, cut: '', muted: false, sharing: false, off: none, sources: none, codec: '', ...change,
})
const room = (change: Partial<RoomState> = {}): RoomState => ({ ...emptyRoom, phase: 'open', ...change })
const words = (state: RoomState, someone: Person) => doingsWith(state, someone).map((doing) => doing.word)

describe('what the chair may do', () => {
  it('with a party at the table', () => {
    expect(words(room(), person('applicant'))).toEqual(['giveFloor', 'mute', 'talkAlone', 'toLobby', 'writingDeclare', 'onSiteNote', 'remove'])
  })

  it('with somebody at the door', () => {
    const waiting = person('agent', { place: 'lobby', admitted: false })
    expect(words(room(), waiting)).toEqual(['admit', 'onSiteNote', 'remove'])
    expect(words(room(), { ...waiting, knocked: false })).toEqual(['onSiteNote'])
  })

  it('with whoever holds the floor or is muted', () => {
    const state = room({ floor: { held: true, holder: 'p_x', free: false } })
    expect(words(state, person('respondent', { muted: true }))).toEqual(['takeFloor', 'unmute', 'talkAlone', 'toLobby', 'writingDeclare', 'onSiteNote', 'remove'])
  })

  it('with a person in a caucus', () => {
    expect(words(room(), person('applicant', { place: 'caucus:1' }))).toContain('toTable')
  })

  it('never offers what the rules refuse', () => {
    expect(words(room(), person('mediator'))).toEqual(['giveFloor', 'talkAlone', 'onSiteNote'])
    expect(words(room(), person('observer'))).toEqual(['toLobby', 'remove'])
    expect(words(room(), person('witness'))).not.toContain('talkAlone')
    expect(words(room({ phase: 'waiting' }), person('applicant'))).not.toContain('talkAlone')
  })
})

describe('who has come in person', () => {
  it('is noted once, taken back, and not of whoever only watches', () => {
    expect(words(room(), person('applicant', { inPerson: true }))).toContain('onSiteTakeBack')
    expect(words(room(), person('applicant', { inPerson: true }))).not.toContain('onSiteNote')
    expect(words(room(), person('observer'))).not.toContain('onSiteNote')
    expect(words(room({ phase: 'closed' }), person('applicant'))).not.toContain('onSiteNote')
  })
})

describe('what is on the record', () => {
  const staged = (change: Partial<RoomState['course']> = {}, phase: RoomState['phase'] = 'open') =>
    room({ phase, course: { ...emptyCourse, procedure: 'mediation', stage: 'M4_OPENING', chair: 'p_me', appointed: 'p_me', ...change } })
  const mine = (state: RoomState, someone: Person, me = 'p_me') => doingsWith(state, someone, me).map((doing) => doing.word)

  it('is the chair’s: asking staff to conduct, and no longer', () => {
    expect(mine(staged(), person('clerk'))).toContain('delegate')
    expect(mine(staged({ delegated: ['p_x'] }), person('clerk'))).toContain('undelegate')
    expect(mine(staged(), person('clerk'), 'p_another')).not.toContain('delegate')
    expect(mine(staged(), person('applicant'))).not.toContain('delegate')
    expect(mine(room(), person('clerk'))).not.toContain('delegate')
  })

  it('warns first, and decides on an absence only then', () => {
    const gone = person('applicant', { present: false })
    expect(mine(staged(), person('applicant'))).toContain('warn')
    expect(mine(staged(), gone)).not.toContain('absence')
    expect(mine(staged({ warned: ['p_x'] }), gone)).toContain('absence')
    expect(mine(staged({ warned: ['p_x'] }), person('applicant'))).not.toContain('absence')
    expect(mine(staged({ warned: ['p_x'] }), gone, 'p_another')).not.toContain('absence')
    expect(mine(staged({ warned: ['p_x'] }), { ...gone, role: 'witness' })).not.toContain('absence')
    expect(mine(staged({ warned: ['p_x'] }, 'closed'), gone)).not.toContain('warn')
  })
})

describe('whoever does not sign', () => {
  it('is noted where signing is on, once', () => {
    const course = { ...emptyCourse, procedure: 'mediation', stage: 'M10_SIGN', chair: 'p_me' }
    expect(words(room({ course }), person('applicant', { side: 'applicant' }))).toContain('noteUnsigned')
    const signed = { ...course, signed: { M10_SIGN: ['p_x'] } }
    expect(words(room({ course: signed }), person('applicant', { side: 'applicant' }))).not.toContain('noteUnsigned')
    expect(words(room({ course: { ...course, stage: 'M7_NEGOTIATE' } }), person('applicant'))).not.toContain('noteUnsigned')
  })
})

describe('shortcuts', () => {
  const key = (init: KeyboardEventInit, target?: HTMLElement) => {
    const event = new KeyboardEvent('keydown', { bubbles: true, ...init })
    ;(target ?? document.body).dispatchEvent(event)
    return event
  }

  it('want Alt, whatever the letter types', () => {
    expect(shortcutOf(key({ code: 'KeyM', key: 'µ', altKey: true }))).toBe('microphone')
    expect(shortcutOf(key({ code: 'KeyM', key: 'm' }))).toBeNull()
    expect(shortcutOf(key({ code: 'KeyM', key: 'm', altKey: true, ctrlKey: true }))).toBeNull()
    expect(shortcutOf(key({ code: 'KeyM', key: 'm', altKey: true, repeat: true }))).toBeNull()
  })

  it('leave a question mark in a text alone', () => {
    const field = document.body.appendChild(document.createElement('textarea'))
    expect(shortcutOf(key({ code: 'Slash', key: '?', shiftKey: true }, field))).toBeNull()
    expect(shortcutOf(key({ code: 'Slash', key: '?', shiftKey: true }))).toBe('help')
  })

  it('are all different', () => {
    const codes = Object.values(SHORTCUTS).map((shortcut) => shortcut.code)
    expect(new Set(codes).size).toBe(codes.length)
  })
})
