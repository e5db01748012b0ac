import { describe, expect, it } from 'vitest'
import type { Event } from '@/core/protocol'
import { foldFrame } from '@/room/fold'
import { difference, isStale } from '@/room/secondPass'
import { emptyRoom, type RoomState } from '@/room/state'
import { en } from '@/core/en.replay'
import { zh } from '@/core/zh.replay'

const suggestion = { suggestion: 'p1.1', line: 'u1', version: 0, participant: 'p', start_ms: 1000, end_ms: 1600, said: '工次八千元', text: '工资8000元', confidence: 0.9 }
const heard = { type: 'UtteranceHeard', utterance: 'u1', participant: 'p', start_ms: 1000, end_ms: 1600, text: '工次八千元', words: [], confidence: 0.5, language: 'zh', engine: 'e', spoken: '', hints: [], cross_talk: '' } as unknown as Event

const after = (events: Event[], from: RoomState = emptyRoom): RoomState =>
  events.reduce((state, event) => foldFrame(state, { kind: 'event', seq: state.seq + 1, at: 0, media_time: 5000, actor: 'c', event }), from)

const read = after([
  heard,
  { type: 'SecondPassBegan', number: 1, model: 'large' },
  { type: 'TextSuggested', number: 1, engine: 'e', suggestions: [suggestion, { ...suggestion, suggestion: 'p1.2', line: '', start_ms: 9000, said: '', text: '还有' }] },
  { type: 'SecondPassEnded', number: 1, outcome: 'done', reason: '', engine: 'e', model: 'large-v3', sha256: '', lines: 1 },
])

describe('the second pass', () => {
  it('is folded: suggestions are open until they are decided, and open again when undone', () => {
    const states = (state: RoomState) => state.secondPass.offers.map((one) => one.state)
    expect(read.secondPass).toMatchObject({ number: 1, running: false, outcome: 'done', model: 'large-v3' })
    expect(read.lines[0]!.text).toBe('工次八千元')
    const taken = after([{ type: 'SuggestionsTaken', suggestions: { 'p1.1': 1 } }, { type: 'LineEdited', line: 'u1', version: 1, text: '工资8000元', speaker: null, evidence: [] }, { type: 'SuggestionsDismissed', suggestions: ['p1.2'] }], read)
    expect(states(taken)).toEqual(['taken', 'dismissed'])
    expect(states(after([{ type: 'SuggestionsReopened', suggestions: ['p1.1', 'p1.2'] }], taken))).toEqual(['open', 'open'])
    expect(after([{ type: 'SecondPassBegan', number: 2, model: '' }], taken).secondPass).toMatchObject({ number: 2, running: true, offers: [] })
  })

  it('knows which suggestion fits no more', () => {
    expect(read.secondPass.offers.map((one) => isStale(one, read.lines))).toEqual([false, false])
    const adopted = after([{ type: 'LinesAdopted', lines: { u1: 1 } }], read)
    expect(isStale(adopted.secondPass.offers[0]!, adopted.lines)).toBe(false)
    const edited = after([{ type: 'LineEdited', line: 'u1', version: 2, text: '别的', speaker: null, evidence: [] }], adopted)
    expect(isStale(edited.secondPass.offers[0]!, edited.lines)).toBe(true)
  })

  it('shows what goes and what comes', () => {
    const written = (before: string, text: string) => difference(before, text).map((one) => `${{ same: '', gone: '-', new: '+' }[one.kind]}${one.text}`)
    expect(written('工次八千元', '工资8000元')).toEqual(['工', '-次八千', '+资8000', '元'])
    expect(written('我没有发过', '我没发过')).toEqual(['我没', '-有', '发过'])
    expect(written('', '还有')).toEqual(['+还有'])
    expect(written('一样', '一样')).toEqual(['一样'])
    expect(difference('甲'.repeat(2000), '乙'.repeat(2000))).toHaveLength(2)
  })
})

describe('marks', () => {
  it('are listed with their moment until they are dropped', () => {
    const marked = after([{ type: 'Bookmarked', bookmark: 'b1', note: '' }])
    expect(marked.bookmarks).toEqual([{ bookmark: 'b1', note: '', at_ms: 5000 }])
    expect(after([{ type: 'BookmarkDropped', bookmark: 'b1' }], marked).bookmarks).toEqual([])
  })
})

it('the words have the same holes in both languages', () => {
  const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
  for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, holes(en[key])]).toEqual([key, holes(zh[key])])
})
