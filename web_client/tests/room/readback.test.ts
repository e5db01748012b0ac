/** Reading the minutes back: what was laid, what has changed since, and where somebody stands with it. */
import { describe, expect, it } from 'vitest'
import type { Event } from '@/core/protocol'
import { fold } from '@/room/fold'
import { changesSince, isAsked, standingOf } from '@/room/readback'
import { emptyRoom, type RoomState } from '@/room/state'
import { journal } from './facts'

const [APPLICANT, MEDIATOR] = ['p_worker', 'p_mediator']
let seq = 100
const tell = (state: RoomState, ...events: Event[]): RoomState =>
  events.reduce((room, event) => fold(room, { kind: 'event', seq: ++seq, at: seq, media_time: seq, actor: 'x', event }), state)
const heard = (utterance: string, participant: string, text: string): Event => ({
  type: 'UtteranceHeard', utterance, participant, start_ms: ++seq, end_ms: seq + 5, text, words: [], confidence: 1, language: 'zh', engine: '', spoken: '', hints: [], cross_talk: '', voice: '', voice_confidence: 0, speaker: '',
})
const laid = (laying: number): Event => ({ type: 'MinutesLaid', laying, digest: 'a'.repeat(64), lines: 2 })
const start = tell(journal().reduce(fold, emptyRoom), heard('u1', APPLICANT, '工资是八千元'), heard('u2', MEDIATOR, '没有异议'), laid(1))

describe('reading back', () => {
  it('knows who has read how far and what they said to it', () => {
    expect(standingOf(start.readback, APPLICANT)).toBe('unread')
    const half = tell(start, { type: 'MinutesRead', participant: APPLICANT, laying: 1, share: 50 })
    expect([standingOf(half.readback, APPLICANT), half.readback.read[APPLICANT]]).toEqual(['reading', 50])
    const read = tell(half, { type: 'MinutesRead', participant: APPLICANT, laying: 1, share: 100 })
    expect(standingOf(read.readback, APPLICANT)).toBe('read')
    const refused = tell(read, { type: 'ConfirmationRefused', participant: APPLICANT, laying: 1, reason: '金额不符' })
    expect(standingOf(refused.readback, APPLICANT)).toBe('refused')
    expect(standingOf(tell(refused, { type: 'ReadingNoted', participant: APPLICANT, laying: 1, what: 'refused', reason: '不符' }).readback, APPLICANT)).toBe('noted')
    const confirmed = tell(read, { type: 'MinutesConfirmed', participant: APPLICANT, laying: 1, digest: '', version: '1', scope: 'all' })
    expect(standingOf(confirmed.readback, APPLICANT)).toBe('confirmed')
    expect(standingOf(tell(confirmed, laid(2)).readback, APPLICANT)).toBe('stale')
  })

  it('tells what has changed since, and leaves out what the machine heard meanwhile', () => {
    const spoken = tell(start, heard('u3', MEDIATOR, '请核对'))
    expect(changesSince(start.readback.laid, spoken.lines)).toEqual([])
    const adopted = tell(spoken, { type: 'LinesAdopted', lines: { u1: 1, u3: 1 } })
    expect(changesSince(start.readback.laid, adopted.lines).map((change) => change.line)).toEqual(['u3'])
    const edited = tell(start, { type: 'LineEdited', line: 'u1', version: 1, text: '工资是8000元', speaker: null, evidence: [] }, { type: 'LineStruck', line: 'u2', version: 1 })
    expect(changesSince(start.readback.laid, edited.lines)).toEqual([
      { line: 'u1', before: { speaker: APPLICANT, text: '工资是八千元' }, now: { speaker: APPLICANT, text: '工资是8000元' } },
      { line: 'u2', before: { speaker: MEDIATOR, text: '没有异议' }, now: null },
    ])
  })

  it('asks those who made statements', () => {
    expect(start.people.filter((person) => isAsked(start, person)).map((person) => person.role)).not.toContain('mediator')
    expect(emptyRoom.readback.live).toBe(true)
  })
})
