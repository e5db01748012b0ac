import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Event } from '@/core/protocol'
import { cutsOf, poorLinesOf, type Ledger } from '@/desk/replay/ledger'
import { absenceAt, gapsOf, lengthOf, lineAt, roomOf, spansOf, toldOf, type Entry, type RecordedTrack } from '@/desk/replay/record'
import { brokenAt, canonical, expectedFiles, verify } from '@/desk/replay/verify'
import { hasFailed, isFinished, worksOf } from '@/desk/replay/works'
import { heard, prepared, START } from '../room/facts'

const sha = (text: string) => createHash('sha256').update(text).digest('hex')

/** A chained journal, hashed by Node's own crypto. */
function entriesOf(...events: Event[]): Entry[] {
  let before = '0'.repeat(64)
  return events.map((event, index) => {
    const { type, ...body } = event
    const entry = { sitting: 's_1', seq: index + 1, at: START + index * 1000, media_time: index * 1000, actor: 'system', type, body, prev_hash: before }
    before = sha(canonical(entry))
    return { ...entry, hash: before }
  })
}
const opened = { type: 'Opened' } as const
const closed = { type: 'Closed', outcome: '', reason: '' } as const
const finished = (file: string, content: string): Event => ({
  type: 'RecordingFinished', track: 'p_worker.camera', file, start_ms: 0, duration_ms: 4000, bytes: content.length, sha256: sha(content),
})

describe('the proof', () => {
  it('writes canonical JSON: keys in order, numbers as ECMAScript, no spaces', () => {
    expect(canonical({ b: [1, 0.5, null], a: { ü: '中\n', A: true } })).toBe('{"a":{"A":true,"ü":"中\\n"},"b":[1,0.5,null]}')
  })

  it('holds for an untouched journal and names the first entry that was touched', async () => {
    const entries = entriesOf(prepared, opened, heard('p_worker', [], 500), closed)
    expect(await brokenAt(entries)).toBeNull()
    for (const [index, entry] of entries.entries()) {
      const forged = entries.map((other) => (other === entry ? { ...other, at: other.at + 1 } : other))
      expect(await brokenAt(forged)).toBe(index + 1)
    }
    expect(await brokenAt(entries.slice(1))).toBe(2)
  })

  it('finds changed and missing files', async () => {
    const entries = entriesOf(prepared, opened, closed, finished('a.webm', 'one'), finished('b.webm', 'two'), finished('c.webm', 'three'))
    const files = expectedFiles(entries, new Map([['a.webm', '/a'], ['b.webm', '/b'], ['c.webm', '/c']]))
    const stored: Record<string, string> = { '/a': 'one', '/b': 'twO' }
    const steps: number[] = []
    const read = async (url: string) => (stored[url] ? new TextEncoder().encode(stored[url]).buffer : null)
    expect(await verify(entries, files, read as (url: string) => Promise<ArrayBuffer | null>, (n) => steps.push(n))).toEqual([
      { what: 'file', file: 'b.webm' },
      { what: 'missing', file: 'c.webm' },
    ])
    expect(steps).toEqual([1, 2, 3, 4])
  })
})

describe('the record', () => {
  const state = roomOf(
    entriesOf(
      prepared,
      opened,
      heard('p_worker', [], 500),
      { type: 'Moved', participant: 'p_worker', origin: 'table', place: 'caucus:1' },
      { type: 'Moved', participant: 'p_worker', origin: 'caucus:1', place: 'table' },
      { type: 'Adjourned', reason: '午休', until: 0 },
      { type: 'Resumed' },
      closed,
    ),
  )

  it('draws interruptions in media time', () => {
    expect(spansOf(state, 6_000)).toEqual([
      { kind: 'adjournment', from: 4000, until: 5000, reason: '午休' },
      { kind: 'caucus', from: 2000, until: 3000, reason: '' },
    ])
  })

  it('is as long as the longest file or the sitting', () => {
    expect(lengthOf(null, state)).toBe(6_000)
    const track = { files: [{ start_ms: 5000, duration_ms: 4000 }] } as RecordedTrack
    expect(lengthOf({ zero_ms: 0, tracks: [track] }, state)).toBe(9_000)
  })

  it('says why a track shows nothing', () => {
    const file = { file: 'a', start_ms: 1000, duration_ms: 9000, bytes: 1, sha256: '', fills: [], url: '' }
    const track: RecordedTrack = {
      track: 'p.camera', participant: 'p', source: 'camera', codec: 'vp8', files: [file],
      gaps: [{ start_ms: 3000, end_ms: 5000, reason: 'caucus' }, { start_ms: 6000, end_ms: 6200, reason: 'offline' }],
    }
    expect([100, 2000, 4000, 6100, 11_000].map((at) => absenceAt(track, at))).toEqual(['offline', null, 'caucus', null, 'offline'])
    expect(absenceAt(undefined, 0)).toBe('none')
  })

  it('draws for a person alone only what did not stop everybody', () => {
    const gap = (reason: string, end_ms = 5000) => ({ start_ms: 1000, end_ms, reason })
    const track = { track: 'p.camera', participant: 'p', source: 'camera', codec: 'vp8', files: [], gaps: [gap('offline'), gap('caucus'), gap('offline', 1200)] }
    const sound = { ...track, track: 'p.microphone', source: 'microphone', gaps: [gap('floor')] }
    expect(gapsOf({ zero_ms: 0, tracks: [track, sound] })).toEqual([{ ...gap('offline'), participant: 'p' }])
    expect(gapsOf({ zero_ms: 0, tracks: [sound] })).toHaveLength(1)
    expect(gapsOf(null)).toEqual([])
  })

  it('finds the line that is spoken', () => {
    expect(lineAt(state.lines, 400)).toBeUndefined()
    expect(lineAt(state.lines, 700)?.line).toBe('u1')
  })

  it('is the same fold as the live room', () => {
    const [first] = entriesOf(prepared)
    expect(toldOf(first!).event).toEqual(prepared)
  })
})

describe('the ledger', () => {
  const line = { worst: 'good', poor_ms: 0, bad_ms: 0 }
  const interval = (from_ms: number, to_ms: number | null, back = true) => ({ from_ms, to_ms, evidence: 'media', back })
  const ledger: Ledger = {
    version: 2,
    zero_ms: START,
    service: [{ from_ms: 3_000, to_ms: 3_400 }],
    participants: [
      { participant: 'p_worker', name: '张伟', intervals: [interval(-9_000, -2_000), interval(-1_000, 2_000), interval(8_000, null, false)], line: { worst: 'bad', poor_ms: 4_000, bad_ms: 1_500 } },
      { participant: 'p_clerk', name: '李敏', intervals: [], line },
    ],
  }

  it('lies on the timeline as far as it is replayed, the service among it', () => {
    expect(cutsOf(ledger, 10_000).map((cut) => [cut.participant, cut.from, cut.until, cut.evidence, cut.back])).toEqual([
      ['p_worker', 0, 2_000, 'media', true],
      ['', 3_000, 3_400, 'service', true],
      ['p_worker', 8_000, 10_000, 'media', false],
    ])
    expect(cutsOf(null, 10_000)).toEqual([])
  })

  it('names only lines that were not good', () => {
    expect(poorLinesOf(ledger)).toEqual([{ name: '张伟', worst: 'bad', poor_ms: 4_000, bad_ms: 1_500 }])
    expect(poorLinesOf(null)).toEqual([])
  })
})

describe('the work after the close', () => {
  const made = (kind: string): Event => ({ type: 'DocumentMade', document: kind, kind, file: kind, bytes: 1, sha256: '' })
  const after = (...events: Event[]) => worksOf(roomOf(entriesOf(prepared, opened, closed, ...events)))
  const states = (works: ReturnType<typeof worksOf>) => works.map((work) => work.state)

  it('goes one after another', () => {
    expect(states(after())).toEqual(['working', 'waiting', 'waiting'])
    expect(states(after(finished('a', 'x')))).toEqual(['ready', 'working', 'waiting'])
    expect(states(after(finished('a', 'x'), made('minutes'), made('casefile')))).toEqual(['ready', 'ready', 'ready'])
  })

  it('shows a failure until the work is done', () => {
    const failed: Event = { type: 'WorkFailed', work: 'minutes', reason: 'no glyph' }
    const works = after(finished('a', 'x'), failed)
    expect(states(works)).toEqual(['ready', 'failed', 'waiting'])
    expect(hasFailed(works)).toBe(true)
    expect(states(after(finished('a', 'x'), failed, made('minutes')))).toEqual(['ready', 'ready', 'working'])
  })

  it('expects no recording of a sitting that was never opened', () => {
    const works = worksOf(roomOf(entriesOf(prepared, closed, made('minutes'), made('casefile'))))
    expect(states(works)).toEqual(['none', 'ready', 'ready'])
    expect(isFinished(works)).toBe(true)
  })

  it('has not begun while the sitting is open', () => {
    expect(states(worksOf(roomOf(entriesOf(prepared, opened))))).toEqual(['waiting', 'waiting', 'waiting'])
  })
})
