import { describe, expect, it } from 'vitest'
import { byDay, daysFrom, endOf, isCancellable, isChangeable, mondayOf, wholeOf } from '@/desk/booking/booking'
import type { Hearing } from '@/desk/hearings/hearings'

const at = (day: string, time: string) => new Date(`${day}T${time}`).getTime()
const hearing = (id: string, starts_at: number, more: Partial<Hearing> = {}): Hearing => ({
  id, kind: 'mediation', title: id, case_number: '', starts_at, state: 'booked', sitting: null, rehearsal: false, participants: [], ...more,
})

describe('the calendar', () => {
  it('begins its weeks on Monday, over months and years', () => {
    expect(mondayOf('2026-11-22')).toBe('2026-11-16')
    expect(mondayOf('2026-11-23')).toBe('2026-11-23')
    expect(mondayOf('2027-01-01')).toBe('2026-12-28')
    expect(daysFrom('2026-12-30', 3)).toEqual(['2026-12-30', '2026-12-31', '2027-01-01'])
  })

  it('puts hearings on their days, earliest first, and narrows to a chamber', () => {
    const found = [
      hearing('b', at('2026-11-23', '14:00'), { chamber: 'r1' }),
      hearing('a', at('2026-11-23', '09:00')),
      hearing('c', at('2026-11-24', '00:00'), { chamber: 'r1' }),
    ]
    const days = daysFrom('2026-11-23', 2)
    expect(byDay(found, days).map((one) => one.hearings.map((h) => h.id))).toEqual([['a', 'b'], ['c']])
    expect(byDay(found, days, 'r1').map((one) => one.hearings.map((h) => h.id))).toEqual([['b'], ['c']])
  })

  it('knows the end of a hearing, also of one without a length', () => {
    expect(endOf({ starts_at: 0, minutes: 90 })).toBe(5_400_000)
    expect(endOf({ starts_at: 0 })).toBe(3_600_000)
  })
})

describe('the plan of a hearing', () => {
  it.each([
    ['booked', true, true],
    ['waiting', true, true],
    ['adjourned', true, false],
    ['open', false, false],
    ['closed', false, false],
    ['cancelled', false, false],
  ] as const)('may be changed while it has not gone too far: %s', (state, changeable, cancellable) => {
    const one = hearing('a', 0, { state })
    expect([isChangeable(one), isCancellable(one)]).toEqual([changeable, cancellable])
  })

  it.each([['90', 90], [' 10 ', 10], ['9', undefined], ['721', undefined], ['', undefined], ['1e2', undefined], ['６０', undefined]])('reads %j as %j minutes', (text, value) => {
    expect(wholeOf(text, 10, 720)).toBe(value)
  })
})
