import { describe, expect, it } from 'vitest'
import type { Event, Participant } from '@/core/protocol'
import { foldFrame } from '@/room/fold'
import { rightOf } from '@/room/procedure'
import { emptyRoom, personOf, type RoomState } from '@/room/state'
import { told } from '../room/facts'

const person = (id: string, role: Participant['role'], side = ''): Participant => ({ id, name: id, role, side, purpose: '', level: '', screened: [] })
const CHAMBER = person('p_c', 'chamber')

function after(...events: Event[]): RoomState {
  return events.map((event, n) => told(n + 1, event)).reduce(foldFrame, emptyRoom)
}
const prepared: Event = {
  type: 'SittingPrepared', sitting: 's_1', case_number: '', case_title: '', hearing: 'h_1', kind: 'arbitration', organisation: '', rehearsal: false,
  participants: [person('p_a', 'applicant', 'applicant'), person('p_r', 'respondent', 'respondent')], procedure: 'arbitration', former: '', resumes_at: '', passed: [], place: '',
}
const invited: Event = { type: 'PersonInvited', participant: CHAMBER, by: '庭室' }
const shared: Event = { type: 'MicrophoneShared', participant: 'p_c', people: [{ name: '张三', participant: 'p_a' }, { name: '王某', participant: '' }] }
const stage = (code: string, turn: string): Event => ({ type: 'StageEntered', stage: code, origin: '', reason: '', skipped: [], override: false, turn, limit_s: 0 })

describe('a chamber in the room', () => {
  it('belongs to it once, however often it is told', () => {
    const state = after(prepared, invited, invited)
    expect(state.people.filter((one) => one.id === 'p_c')).toHaveLength(1)
  })

  it('is heard in the turn of those who sit there, as the server decides', () => {
    const right = (turn: string) => {
      const state = after(prepared, invited, shared, stage('A4_CLAIM', turn))
      return rightOf(state.course, personOf(state, 'p_c')!)
    }
    expect(right('applicant')).toBe('F')
    expect(right('respondent')).toBe('G')
  })

  it('names everybody at its microphone', () => {
    expect(personOf(after(prepared, invited, shared), 'p_c')?.speakers).toEqual(['张三', '王某'])
  })
})
