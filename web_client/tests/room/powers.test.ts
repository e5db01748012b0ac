import { describe, expect, it } from 'vitest'
import type { Role } from '@/core/protocol'
import { emptyCourse } from '@/room/course'
import { hindered, hindrance } from '@/room/powers'
import { emptyRoom, type Person, type RoomState } from '@/room/state'

const none = { microphone: false, camera: false, screen: false }
const person = (id: string, role: Role, change: Partial<Person> = {}): Person => ({
  id, name: id, role, side: '', place: 'table', present: true, knocked: true, knockedAt: 1, admitted: true,
  refused: null, cut: '', muted: false, sharing: false, off: none, sources: none, codec: '', ...change,
})
const chair = person('p_chair', 'mediator')
const clerk = person('p_clerk', 'clerk')
const room = (stage: string, more: Partial<RoomState['course']> = {}, presiding = chair): RoomState => ({
  ...emptyRoom,
  phase: 'open',
  people: [presiding, clerk],
  course: { ...emptyCourse, procedure: stage ? 'mediation' : '', stage, chair: stage ? 'p_chair' : '', appointed: 'p_chair', ...more },
})

describe('what a page greys out', () => {
  it('is nothing for whoever presides', () => {
    for (const wish of ['Adjourn', 'Advance', 'FreeFloor', 'Move', 'Delegate', 'DeclareAbsence'] as const) expect(hindrance(room('M7_NEGOTIATE'), chair, wish)).toBe('')
  })

  it('is what leads the hearing for a clerk who was not asked to', () => {
    const state = room('M7_NEGOTIATE')
    expect(hindrance(state, clerk, 'Adjourn')).toBe('not_presiding')
    expect(hindrance(state, clerk, 'FreeFloor')).toBe('not_presiding')
    expect(hindrance(state, clerk, 'DeclareAbsence')).toBe('chair_only')
    expect(hindrance(state, clerk, 'InsertLine')).toBe('')
    expect(hindrance(state, clerk, 'Admit')).toBe('')
    expect(hindered(state, clerk, 'Adjourn')).toContain('主持人')
    expect(hindrance(room('M7_NEGOTIATE', { delegated: ['p_clerk'] }), clerk, 'Adjourn')).toBe('')
    expect(hindrance(room('M12_ADJOURNED'), clerk, 'Close')).toBe('')
  })

  it('is nothing where no procedure is followed, or nobody was booked to preside', () => {
    expect(hindrance(room(''), clerk, 'Adjourn')).toBe('')
    expect(hindrance(room('M7_NEGOTIATE', { chair: '' }), clerk, 'Adjourn')).toBe('')
    expect(hindrance(room('M7_NEGOTIATE'), undefined, 'Adjourn')).toBe('')
  })

  it('leaves the clerk what stops the hearing while the chair is lost', () => {
    const state = room('M7_NEGOTIATE', {}, { ...chair, present: false })
    expect(hindrance(state, clerk, 'Adjourn')).toBe('')
    expect(hindrance(state, clerk, 'Advance', 'MX_TECH')).toBe('')
    expect(hindrance(state, clerk, 'Advance', 'M8_DRAFT')).toBe('not_presiding')
    expect(hindrance(state, clerk, 'Resume')).toBe('not_presiding')
  })

  it('is all of it for a party', () => {
    expect(hindrance(room('M7_NEGOTIATE'), person('p_a', 'applicant'), 'Adjourn')).toBe('not_allowed')
    expect(hindrance(room('M7_NEGOTIATE'), person('p_a', 'applicant'), 'Ask')).toBe('')
  })
})
