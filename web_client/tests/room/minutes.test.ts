import { describe, expect, it } from 'vitest'
import type { Event, ToldFrame } from '@/core/protocol'
import { foldLine, isLineEvent } from '@/room/lines'
import type { Line } from '@/room/state'
import twins from './minutes.json'

interface Entry {
  seq: number
  actor: string
  type: string
  body: Record<string, unknown>
  media_time: number | null
}

const toldOf = (entry: Entry): ToldFrame => ({
  kind: 'event',
  seq: entry.seq,
  at: 0,
  actor: entry.actor,
  media_time: entry.media_time,
  event: { type: entry.type, ...entry.body } as Event,
})

const fold = (entries: Entry[]): Line[] =>
  entries.reduce<Line[]>((lines, entry) => {
    const told = toldOf(entry)
    return isLineEvent(told.event) ? foldLine(lines, told.event, told) : lines
  }, [])

const plain = ({ place: _place, after: _after, history: _history, ...line }: Line) => line

describe('minutes', () => {
  it.each(twins.map((twin, n) => [n, twin] as const))('journal %i is folded as on the server', (_, twin) => {
    expect(fold(twin.entries as Entry[]).map(plain)).toEqual(twin.lines)
  })

  it('keeps every wording of every line', () => {
    for (const twin of twins) {
      for (const line of fold(twin.entries as Entry[])) expect(line.history.at(-1)).toMatchObject({ text: line.text, struck: line.struck })
    }
  })
})
