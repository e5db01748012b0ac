import { describe, expect, it } from 'vitest'
import { accepted, byOrganisation, ended, ringing, type Call } from '@/chamber/calls'
import { inOrder } from '@/chamber/device'

const call = (id: string, state: Call['state'], outgoing = true): Call => ({ id, state, outgoing, other: '区会审中心', asked_at: 0, ends_at: 45_000, reason: '' })

describe('calls of a chamber', () => {
  it('tells once that a call came to nothing', () => {
    const before = [call('v_1', 'ringing'), call('v_2', 'ringing', false)]
    const now = [call('v_1', 'declined'), call('v_2', 'cancelled', false)]
    expect(ended(before, now).map((one) => one.id)).toEqual(['v_1', 'v_2'])
    expect(ended(now, now)).toEqual([])
  })

  it('has nothing to tell of calls that go on, or that ended before this page was there', () => {
    expect(ended([call('v_1', 'ringing')], [call('v_1', 'accepted')])).toEqual([])
    expect(ended([], [call('v_1', 'missed')])).toEqual([])
  })

  it('knows which one rings and which one connects', () => {
    const calls = [call('v_1', 'over'), call('v_2', 'accepted'), call('v_3', 'ringing')]
    expect(ringing(calls)?.id).toBe('v_3')
    expect(accepted(calls)?.id).toBe('v_2')
    expect(ringing([])).toBeUndefined()
  })

  it('groups chambers by organisation and keeps their order', () => {
    const one = (id: string, organisation: string) => ({ id, name: id, place: '', organisation, standing: 'online' as const })
    const groups = byOrganisation([one('b_1', '区'), one('b_2', '街道'), one('b_3', '区')])
    expect(groups.map((group) => [group.name, group.chambers.map((each) => each.id)])).toEqual([
      ['区', ['b_1', 'b_3']],
      ['街道', ['b_2']],
    ])
  })
})

describe('the hearings of today', () => {
  it('shows what is over last', () => {
    const one = (id: string, starts_at: number, state: string) => ({ id, kind: 'mediation', case_number: '', starts_at, minutes: 60, state })
    const shown = inOrder([one('h_1', 1, 'closed'), one('h_3', 3, 'booked'), one('h_2', 2, 'open')])
    expect(shown.map((each) => each.id)).toEqual(['h_2', 'h_3', 'h_1'])
  })
})
