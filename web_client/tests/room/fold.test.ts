import { describe, expect, it } from 'vitest'
import type { Down, Event } from '@/core/protocol'
import { fold, foldFrame } from '@/room/fold'
import { handsOf, absence, emptyRoom, isRecorded, mayBeHeard, openCaucus, personOf, type RoomState } from '@/room/state'
import { heard, journal, randomJournal, told } from './facts'

const after = (frames: Down[]): RoomState => frames.reduce(foldFrame, emptyRoom)
const SEEDS = Array.from({ length: 60 }, (_, n) => n + 1)

describe('any journal', () => {
  it('is folded the same when every entry comes twice', () => {
    for (const seed of SEEDS) {
      const entries = randomJournal(seed)
      expect(after(entries.flatMap((entry) => [entry, entry]))).toEqual(after(entries))
    }
  })

  it('is folded the same when it resumes with an overlap', () => {
    for (const seed of SEEDS) {
      const entries = randomJournal(seed)
      const cut = seed % entries.length
      expect(after([...entries.slice(0, cut), ...entries.slice(Math.max(0, cut - 9))])).toEqual(after(entries))
    }
  })

  it('is folded anew after a reset, whatever was there', () => {
    for (const seed of SEEDS) {
      const entries = randomJournal(seed)
      const again = after([...randomJournal(seed + 1000), { kind: 'reset' }, ...entries])
      expect(again).toEqual(after(entries))
    }
  })

  it('never loses a wording, keeps versions rising and every line once', () => {
    for (const seed of SEEDS) {
      const entries = randomJournal(seed)
      const { lines } = after(entries)
      const made = entries.filter((e) => e.event.type === 'UtteranceHeard' || e.event.type === 'LineInserted').length
      expect(lines).toHaveLength(made)
      expect(new Set(lines.map((l) => l.line)).size).toBe(made)
      for (const line of lines) {
        expect(line.history.map((v) => v.version)).toEqual(line.history.map((_, n) => n))
        expect(line.history.at(-1)).toMatchObject({ text: line.text, version: line.version, struck: line.struck })
      }
    }
  })

  it('has at most one open caucus per place and everyone in it is at that place', () => {
    for (const seed of SEEDS) {
      const state = after(randomJournal(seed))
      const open = state.caucuses.filter((c) => c.until === null)
      expect(new Set(open.map((c) => c.place)).size).toBe(open.length)
      if (state.phase === 'closed') continue
      for (const caucus of open) {
        for (const id of caucus.participants) expect(personOf(state, id)!.place).toBe(caucus.place)
      }
    }
  })

  it('does not touch the state it was given', () => {
    for (const seed of SEEDS.slice(0, 10)) {
      let state = emptyRoom
      for (const entry of randomJournal(seed)) {
        const before = structuredClone(state)
        const next = fold(state, entry)
        expect(state).toEqual(before)
        state = next
      }
    }
  })
})

describe('single facts', () => {
  it('lets a person in, gives the floor and takes it with the person', () => {
    const entries = journal(
      { type: 'Joined', participant: 'p_worker', device: 'd' },
      { type: 'Knocked', participant: 'p_worker' },
      { type: 'Admitted', participant: 'p_worker' },
      { type: 'Moved', participant: 'p_worker', origin: 'lobby', place: 'table' },
      { type: 'Opened' },
      { type: 'FloorAsked', participant: 'p_worker', wanted: true },
      { type: 'FloorGiven', participant: 'p_worker', limit_s: 0 },
    )
    const seated = after(entries)
    expect(handsOf(seated)).toEqual([])
    expect(seated.floor).toEqual({ held: true, holder: 'p_worker', free: false })
    expect(isRecorded(seated, 'p_worker')).toBe(true)
    expect(mayBeHeard(seated, personOf(seated, 'p_worker')!)).toBe(true)
    expect(mayBeHeard(seated, { ...personOf(seated, 'p_company')!, place: 'table' })).toBe(false)

    const alone = fold(seated, told(99, { type: 'Moved', participant: 'p_worker', origin: 'table', place: 'caucus:1' }))
    expect(alone.floor).toEqual({ held: true, holder: '', free: false })
    expect(openCaucus(alone)).toMatchObject({ place: 'caucus:1', participants: ['p_worker'] })
    expect(isRecorded(alone, 'p_worker')).toBe(false)
  })

  it('tells a person who is cut off from one who left', () => {
    const who = { participant: 'p_worker' }
    const seen = (...events: Event[]) => {
      const person = personOf(after(journal({ type: 'Joined', ...who, device: 'd' }, ...events)), 'p_worker')!
      return [person.present, person.cut, absence(person)]
    }
    const lost = { type: 'Disconnected', ...who, device: 'd', evidence: 'socket' } as const
    expect(seen(lost)).toEqual([true, 'socket', ''])
    expect(seen(lost, { ...lost, evidence: 'both' })).toEqual([true, 'both', 'cut'])
    const silent = { type: 'Left', ...who, cause: 'silent' } as const
    expect(seen(lost, silent)).toEqual([false, 'socket', 'cut'])
    const back = { type: 'Reconnected', ...who, device: 'd', away_ms: 9000 } as const
    expect(seen(lost, silent, { type: 'Joined', ...who, device: 'd' }, back)).toEqual([true, '', ''])
    expect(seen(lost, { ...silent, cause: 'left' })).toEqual([false, '', 'away'])
  })

  it('sets an utterance where it began but leaves human lines where they were put', () => {
    const lines: { line: string; version: number }[] = []
    const [first, second, late] = [heard('p_worker', lines, 1000), heard('p_company', lines, 9000), heard('p_worker', lines, 5000)]
    const state = after(journal(first!, second!, late!))
    expect(state.lines.map((l) => l.line)).toEqual(['u1', 'u3', 'u2'])
    const put = (seq: number, line: string, after: string) => told(seq, { type: 'LineInserted', line, after, text: '（敲槌）', speaker: '', evidence: [], template: '', form: '' })
    const more = [put(50, 'h4', 'u1'), put(51, 'h5', 'u1'), put(52, 'h6', ''), put(53, 'h7', 'h4')].reduce(fold, state)
    expect(more.lines.map((l) => l.line)).toEqual(['u1', 'h5', 'h4', 'h7', 'u3', 'u2', 'h6'])
    const on = fold(more, told(60, heard('p_worker', [...lines, ...lines], 70_000)))
    expect(on.lines.at(-1)!.line).toBe('u7')
  })

  it('marks an edited line as adopted and brings a struck one back', () => {
    const state = after(
      journal(
        heard('p_worker', [], 0),
        { type: 'LineStruck', line: 'u1', version: 1 },
        { type: 'LineEdited', line: 'u1', version: 2, text: '三千元', speaker: null, evidence: [] },
      ),
    )
    expect(state.lines[0]).toMatchObject({ text: '三千元', struck: false, adopted: true, version: 2, machine_text: '第1句' })
    expect(state.lines[0]!.history.map((v) => v.struck)).toEqual([false, true, false])
  })

  it('ends pauses when the sitting goes on or is closed', () => {
    const state = after(journal({ type: 'Opened' }, { type: 'Adjourned', reason: '午休', until: 0 }, { type: 'Resumed' }, { type: 'Closed', outcome: '', reason: '' }))
    expect(state.adjournments).toHaveLength(1)
    expect(state.adjournments[0]!.until! - state.adjournments[0]!.from).toBe(1000)
    expect(state.phase).toBe('closed')
  })

  it('forgets a failure once the work is done', () => {
    const made = { type: 'DocumentMade', document: 'd1', kind: 'minutes', file: 'm.pdf', bytes: 9, sha256: 'x' } as const
    const failed = after(journal({ type: 'WorkFailed', work: 'minutes', reason: 'missing_glyph' }))
    expect(failed.failures).toHaveLength(1)
    expect(fold(failed, told(9, made)).failures).toEqual([])
  })
})
