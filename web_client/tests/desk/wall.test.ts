import { expect, it } from 'vitest'
import { PROCEDURES } from '@/core/procedures'
import type { Event } from '@/core/protocol'
import { columnsOf, hush, neighbour, shownOf } from '@/desk/wall/wall'
import { fold } from '@/room/fold'
import { emptyRoom, personOf, type RoomState } from '@/room/state'
import { journal, people } from '../room/facts'

const WATCHER = { id: 'p_watch', name: '梁秋', role: 'supervisor', side: '', purpose: '日常监督', level: '', screened: [] } as const
const inside: Event[] = [
  { type: 'PersonInvited', participant: { ...WATCHER, screened: [] }, by: '梁秋' },
  { type: 'Admitted', participant: WATCHER.id },
  { type: 'Moved', participant: WATCHER.id, origin: 'lobby', place: 'table' },
  { type: 'Joined', participant: WATCHER.id, device: 'device01' },
]
const after = (...events: Event[]): RoomState => journal(...inside, ...events).reduce(fold, { ...emptyRoom, caughtUp: true })
const word = (state: RoomState) => hush(state, personOf(state, WATCHER.id))?.word
const staged = (stage: string, state = after({ type: 'Opened' } as Event)): RoomState => ({
  ...state,
  course: { ...state.course, procedure: 'mediation', stage, since: 1000 },
})

it('shows an open room and says why another is not shown', () => {
  expect(word(after())).toBe('尚未开庭')
  expect(word(after({ type: 'Opened' } as Event))).toBeUndefined()
  expect(word(after({ type: 'Opened' } as Event, { type: 'Adjourned', reason: '' } as Event))).toBe('休庭中')
  expect(hush(after({ type: 'Opened' } as Event), undefined)?.word).toContain('不对外公开')
})

it('shows nothing of a private talk in any procedure, and since when it lasts', () => {
  let talks = 0
  for (const table of Object.values(PROCEDURES))
    for (const stage of table.stages) {
      const state = staged(stage.code)
      const found = hush({ ...state, course: { ...state.course, procedure: table.name } }, personOf(state, WATCHER.id))
      if (!['caucus', 'deliberation', 'panel'].includes(stage.group)) continue
      talks++
      expect(found).toEqual({ word: stage.group === 'caucus' ? '单独沟通中' : '合议中', since: 1000 })
    }
  expect(talks).toBeGreaterThan(2)
})

it('knows a private talk without stages by where people are', () => {
  const moved = (place: string): Event => ({ type: 'Moved', participant: people[0]!.id, origin: 'table', place })
  expect(word(after({ type: 'Opened' } as Event, moved('caucus:1')))).toBe('单独沟通中')
  expect(word(after({ type: 'Opened' } as Event, moved('deliberation')))).toBe('合议中')
})

it('says when a stage is not public, and shows it once the parties have agreed', () => {
  const talk = staged('M7_NEGOTIATE')
  expect(word(talk)).toContain('不对外公开')
  expect(word({ ...talk, course: { ...talk.course, watchAllowed: true } })).toBeUndefined()
})

it('shows a screen before faces, and whoever has the word before others', () => {
  const streams = new Map<string, unknown>([['p_a.camera', 1], ['p_b.camera', 1], ['p_c.microphone', 1]])
  expect(shownOf(streams, '')?.participant).toBe('p_a')
  expect(shownOf(streams, 'p_b')).toEqual({ id: 'p_b.camera', participant: 'p_b', screen: false })
  expect(shownOf(new Map([...streams, ['p_d.screen', 1]]), 'p_b')).toEqual({ id: 'p_d.screen', participant: 'p_d', screen: true })
  expect(shownOf(new Map(), 'p_b')).toBeNull()
})

it('moves among the tiles by arrows and stays at the edges', () => {
  expect([1, 2, 4, 5, 9].map(columnsOf)).toEqual([1, 2, 2, 3, 3])
  const from = (at: number) => ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'x'].map((key) => neighbour(key, at, 5, 3))
  expect(from(0)).toEqual([0, 1, 0, 3, 0])
  expect(from(4)).toEqual([3, 4, 1, 4, 4])
})
