import { describe, expect, it } from 'vitest'
import type { Role } from '@/core/protocol'
import { MOST, MOST_NARROW, seat, type Given } from '@/room/seating'
import type { Person } from '@/room/state'

const none = { microphone: false, camera: false, screen: false }
const person = (id: string, role: Role = 'applicant'): Person => ({
  id, name: id, role, side: '', place: 'table', present: true, knocked: true, knockedAt: 1, admitted: true,
  refused: null, cut: '', muted: false, sharing: false, off: none, sources: none, codec: '',
})
const many = (count: number): Person[] => [person('chair', 'mediator'), ...Array.from({ length: count - 1 }, (_, n) => person(`p${n}`))]
const given = (change: Partial<Given> = {}): Given => ({
  people: many(4), me: 'p0', sharer: '', dominant: '', seen: new Set(), pinned: [], page: 0, narrow: false, ...change,
})
const ids = (people: Person[]) => people.map((one) => one.id)

describe('a small room', () => {
  it('shows everybody in equal tiles, me last, and asks the server for nothing', () => {
    const found = seat(given())
    expect(found).toMatchObject({ layout: 'grid', spot: null, rest: [], pages: 0, first: [], most: null })
    expect(ids(found.tiles)).toEqual(['chair', 'p1', 'p2', 'p0'])
  })

  it('names who only watches, and gives them no tile', () => {
    const found = seat(given({ people: [...many(3), person('o1', 'observer'), person('s1', 'supervisor')] }))
    expect(ids(found.watching)).toEqual(['o1', 's1'])
    expect(ids(found.tiles)).toEqual(['chair', 'p1', 'p0'])
    expect(ids(seat(given({ me: 'o1', people: [...many(2), person('o1', 'observer')] })).tiles)).toEqual(['chair', 'p0'])
  })
})

describe('a crowd', () => {
  const crowd = (change: Partial<Given> = {}) => seat(given({ people: many(25), ...change }))

  it('shows nine, one of them me, and everybody is somewhere exactly once', () => {
    for (const change of [{}, { page: 2 }, { sharer: 'p7' }, { narrow: true }, { pinned: ['p20'] }, { narrow: true, sharer: 'p9' }]) {
      const found = crowd(change)
      const all = [...(found.spot ? [found.spot] : []), ...found.tiles, ...found.rest]
      expect(ids(all).sort()).toEqual(ids(many(25)).sort())
      expect(found.tiles.length).toBeLessThanOrEqual(MOST)
      expect(ids(found.tiles).at(-1)).toBe('p0')
    }
  })

  it('prefers whom I chose, who has the word, the chair and whose pictures come, in the order of the table', () => {
    const found = crowd({ pinned: ['p20'], dominant: 'p22', seen: new Set(['p5', 'p6', 'p7', 'p8', 'p9', 'p10']) })
    expect(ids(found.tiles)).toEqual(['chair', 'p5', 'p6', 'p7', 'p8', 'p9', 'p20', 'p22', 'p0'])
    expect(found).toMatchObject({ first: ['p20'], most: 8 })
  })

  it('shows everybody in turn, page by page', () => {
    const pages = [1, 2, 3].map((page) => crowd({ page }))
    expect(pages.map((one) => one.pages)).toEqual([3, 3, 3])
    const seen = pages.flatMap((one) => ids(one.tiles).filter((id) => id !== 'p0'))
    expect(seen).toEqual(ids(many(25)).filter((id) => id !== 'p0'))
    expect(pages[1]!.first).toEqual(ids(pages[1]!.tiles).filter((id) => id !== 'p0'))
  })

  it('shows one person large on a phone, calmly whoever has the word, and asks for few pictures', () => {
    const found = crowd({ narrow: true, dominant: 'p12' })
    expect(found.layout).toBe('spot')
    expect(found.spot!.id).toBe('p12')
    expect(found.most).toBe(MOST_NARROW)
    expect(crowd({ narrow: true, dominant: 'p12', pinned: ['p3'] }).spot!.id).toBe('p3')
    expect(crowd({ narrow: true }).spot!.id).toBe('chair')
    expect(seat(given({ people: many(MOST_NARROW), narrow: true })).layout).toBe('grid')
  })
})

describe('a screen', () => {
  it('is large, with the faces in a strip, and counts among what the server sends', () => {
    const found = seat(given({ sharer: 'p2' }))
    expect(found).toMatchObject({ layout: 'spot', spot: null, rest: [], most: MOST })
    expect(ids(found.tiles)).toEqual(['chair', 'p1', 'p2', 'p0'])
  })
})
