import { describe, expect, it } from 'vitest'
import type { Event, EvidencePresented, EvidenceSubmitted } from '@/core/protocol'
import { find, foldExhibits, noExhibits, type Exhibits } from '@/room/evidence/exhibits'
import { titleOf } from '@/room/evidence/useBag'
import { about, megabytes } from '@/room/evidence/words'
import { byKey, moved, whole, within, zoomed } from '@/room/evidence/zoom'

const submitted = (evidence: string, side: string, number: number): EvidenceSubmitted => ({
  type: 'EvidenceSubmitted', evidence, side, number, mark: `${{ applicant: '申证', respondent: '被证' }[side]}${number}`, title: '合同', purpose: '',
  kind: 'document', file: 'a.pdf', pages: 3, seconds: 0, bytes: 9, sha256: '', active: false, by: '张三', received_at: 1, submitted_at: 2,
  received_from: '', exhibit: '',
})
const presented = (showing: number, more: Partial<EvidencePresented> = {}): EvidencePresented => ({
  type: 'EvidencePresented', evidence: 'e_1', mark: '申证1', title: '合同', kind: 'document', pages: 3, page: 1, presenter: '', showing, ...more,
})
const told = (...events: Event[]): Exhibits => events.reduce((state, event) => foldExhibits(state, event, 'p_clerk', 7), noExhibits)
const LIST = [submitted('e_2', 'respondent', 1), submitted('e_10', 'applicant', 10), submitted('e_1', 'applicant', 2)]

describe('the fold of evidence', () => {
  it('keeps the list in the order of sides and numbers, each item once', () => {
    const state = told(...LIST, LIST[0]!)
    expect(state.items.map((item) => item.mark)).toEqual(['申证2', '申证10', '被证1'])
  })

  it('shows one item at a time and turns only its pages', () => {
    const first = told(...LIST, presented(1), { type: 'PageTurned', evidence: 'e_1', page: 2, showing: 1 })
    expect(first.shown).toMatchObject({ evidence: 'e_1', page: 2, showing: 1 })
    const second = foldExhibits(first, presented(2, { evidence: 'e_2' }), '', 0)
    expect(foldExhibits(second, { type: 'PageTurned', evidence: 'e_1', page: 3, showing: 1 }, '', 0)).toBe(second)
  })

  it.each<[string, Event]>([
    ['the end', { type: 'PresentingStopped', evidence: 'e_1', showing: 1 }],
    ['a recess', { type: 'Adjourned', reason: '', until: 0 }],
    ['the close', { type: 'Closed' } as Event],
    ['a shared screen', { type: 'ScreenShared', participant: 'p', place: 'table' }],
    ['its withdrawal', { type: 'EvidenceWithdrawn', evidence: 'e_1', reason: '' }],
  ])('puts it away at %s', (_, event) => expect(told(...LIST, presented(1), event).shown).toBeNull())

  it('keeps it through what happens elsewhere', () => {
    const state = told(...LIST, presented(1))
    expect(foldExhibits(state, { type: 'ScreenShared', participant: 'p', place: 'caucus:1' }, '', 0)).toBe(state)
    expect(foldExhibits(state, { type: 'EvidenceWithdrawn', evidence: 'e_2', reason: '' }, '', 0).shown).not.toBeNull()
    expect(foldExhibits(state, { type: 'FloorFreed' }, '', 0)).toBe(state)
  })

  it('knows what was said, noted and compared, by whom and when', () => {
    const said = { type: 'EvidenceExamined', evidence: 'e_1', party: 'respondent', authenticity: 'accept', legality: 'accept', relevance: 'deny', reason: 'x' } as const
    const state = told(...LIST, said, { type: 'EvidenceNoted', evidence: 'e_1', note: '采信' }, { type: 'OriginalChecked', evidence: 'e_1', checked: true, remark: '' })
    expect(find(state, 'e_1')).toMatchObject({ note: '采信', original: { by: 'p_clerk', at: 7 }, examined: { respondent: { relevance: 'deny' } } })
    expect(find(foldExhibits(state, { type: 'OriginalChecked', evidence: 'e_1', checked: false, remark: '' }, '', 0), 'e_1')?.original).toBeNull()
  })
})

describe('enlarging a page', () => {
  it('never leaves the frame', () => {
    expect(within({ scale: 0.2, x: 3, y: -3 })).toEqual(whole)
    expect(within({ scale: 3, x: 9, y: -9 })).toEqual({ scale: 3, x: 1, y: -1 })
    expect(zoomed(whole, 100).scale).toBe(6)
    expect(zoomed(zoomed(whole, 3), 0.01)).toEqual(whole)
  })

  it('keeps the point under the finger', () => {
    const zoom = zoomed(whole, 2, { x: 0.75, y: 0.5 })
    expect(zoom).toEqual({ scale: 2, x: -0.25, y: 0 })
    expect(moved(zoom, 0.1, 0.2)).toEqual({ scale: 2, x: -0.15, y: 0.2 })
  })

  it('turns pages by arrows while the page is whole, and moves it while it is large', () => {
    expect(byKey('ArrowRight', whole)).toEqual({ turn: 1 })
    expect(byKey('ArrowLeft', whole)).toEqual({ turn: -1 })
    expect(byKey('ArrowUp', whole)).toBeNull()
    expect(byKey('PageDown', { scale: 2, x: 0, y: 0 })).toEqual({ turn: 1 })
    expect(byKey('ArrowRight', { scale: 2, x: 0, y: 0 })).toEqual({ zoom: { scale: 2, x: -0.15, y: 0 } })
    expect(byKey('0', { scale: 2, x: 0, y: 0 })).toEqual({ zoom: whole })
    expect(byKey('a', whole)).toBeNull()
  })
})

describe('words of evidence', () => {
  it('gives photos without a name the time', () => {
    const noon = new Date(2026, 10, 22, 9, 5, 7)
    expect(titleOf({ name: 'image.jpg' }, noon)).toBe('照片 11-22 09:05:07')
    expect(titleOf({ name: '1700000000.HEIC' }, noon)).toBe('照片 11-22 09:05:07')
    expect(titleOf({ name: '劳动合同.2024.pdf' }, noon)).toBe('劳动合同.2024')
    expect(titleOf({ name: 'x'.repeat(300) }, noon)).toHaveLength(100)
  })

  it('says sizes and kinds', () => {
    expect([megabytes(2 ** 31), megabytes(50 << 20), megabytes(2000)]).toEqual(['2 GB', '50 MB', '2 KB'])
    expect(about({ kind: 'document', pages: 3 })).toBe('文档 · 3 页')
    expect(about({ kind: 'video', pages: 1, seconds: 75 })).toBe('视频 · 1 分 15 秒')
    expect(about({ kind: 'picture', pages: 1 })).toBe('照片')
  })
})
