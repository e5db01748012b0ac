import { describe, expect, it } from 'vitest'
import type { ConsentText, Event, ToldFrame } from '@/core/protocol'
import { dueOf, lackingOf, openFor } from '@/room/consents'
import { fold } from '@/room/fold'
import { emptyRoom, personOf, type RoomState } from '@/room/state'

const WHO = 'p_1'
const text = (item: string, asked: string[], more: Partial<ConsentText> = {}): ConsentText => ({
  item, asked, version: '1', sha256: `${item}-1`, kind: 'consent', title: item, title_en: item, before: [], blocks: false, people: [WHO], shown: [], ...more,
})
const TEXTS = [text('K1', ['entering'], { before: ['open'], blocks: true }), text('K9', ['lobby']), text('K17', ['M10_SIGN'])]
const told = (...events: Event[]): RoomState =>
  events.reduce((state, event, n): RoomState => fold(state, { kind: 'event', seq: n + 1, at: 1, media_time: null, actor: 'system', event } as ToldFrame), emptyRoom)
const prepared: Event = {
  type: 'SittingPrepared', sitting: 's', case_number: '', case_title: '', hearing: 'h', kind: 'mediation', organisation: '', rehearsal: false,
  participants: [{ id: WHO, name: '甲', role: 'applicant', side: 'applicant', purpose: '', level: '', screened: [] }],
  procedure: 'mediation', former: '', resumes_at: '', passed: [], place: '',
} as Event
const laid: Event = { type: 'ConsentsLaid', texts: TEXTS }
const answered = (item: string, act: string, sha256 = `${item}-1`): Event => ({
  type: 'ConsentAnswered', participant: WHO, item, version: '1', sha256, act, answered_at: 1, by_staff: false, note: '',
})
const items = (texts: ConsentText[]) => texts.map((one) => one.item)
const of = (state: RoomState) => personOf(state, WHO)!
const table: Event[] = [
  { type: 'Admitted', participant: WHO },
  { type: 'Moved', participant: WHO, origin: 'lobby', place: 'table' },
]

describe('what somebody is asked', () => {
  it('is asked where it belongs, and no more once it is answered', () => {
    const waiting = told(prepared, laid)
    expect(items(dueOf(waiting, of(waiting)))).toEqual(['K9'])
    const chosen = told(prepared, laid, answered('K9', 'refused'))
    expect(dueOf(chosen, of(chosen))).toEqual([])
    const entered = { type: 'StageEntered', stage: 'M10_SIGN', origin: '', reason: '', skipped: [], override: false, turn: '', limit_s: 0 } as Event
    const signing = told(prepared, laid, ...table, { type: 'Opened' }, entered)
    expect(items(dueOf(signing, of(signing)))).toEqual(['K17'])
  })

  it('stands in the way of the beginning until it is given', () => {
    const open = told(prepared, laid, ...table)
    expect(items(lackingOf(open, of(open)).open)).toEqual(['K1'])
    expect(items(openFor(open, of(open)))).toEqual(['K1'])
    const given = told(prepared, laid, ...table, answered('K1', 'given'))
    expect(lackingOf(given, of(given))).toEqual({ open: [], refused: false })
    const against = told(prepared, laid, ...table, answered('K1', 'withdrawn'))
    expect(lackingOf(against, of(against)).refused).toBe(true)
  })

  it('counts for the wording of today only', () => {
    const stale = told(prepared, laid, answered('K1', 'given', 'K1-0'))
    expect(items(lackingOf(stale, of(stale)).open)).toEqual(['K1'])
  })
})
