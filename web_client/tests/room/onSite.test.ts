import { describe, expect, it } from 'vitest'
import { fold } from '@/room/fold'
import { emptyRoom, personOf } from '@/room/state'
import { journal } from './facts'

const after = (...events: Parameters<typeof journal>) => journal(...events).reduce(fold, emptyRoom)

describe('going on at a place', () => {
  it('is told with place, time, reason and stage', () => {
    const switched = { place: '第一庭', time: 5, reason: '无法核验身份', stage: 'M7_NEGOTIATE' }
    const state = after({ type: 'SwitchedOnSite', ...switched }, { type: 'Closed', outcome: 'adjourned', reason: '无法核验身份' })
    expect(state.onSite).toEqual(switched)
    expect(state.phase).toBe('closed')
    expect(after({ type: 'Closed', outcome: 'other', reason: '' }).onSite).toBeNull()
  })

  it('knows who has come in person, until it is taken back', () => {
    const came = { type: 'PresenceNoted', participant: 'p_worker', on: true } as const
    expect(personOf(after(came), 'p_worker')?.inPerson).toBe(true)
    expect(personOf(after(came, { ...came, on: false }), 'p_worker')?.inPerson).toBe(false)
  })
})
