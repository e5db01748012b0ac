import { beforeEach, describe, expect, it } from 'vitest'
import { shallowRef, type ShallowRef } from 'vue'
import { choices, isRead, online, pagesOf, type Entry } from '@/party/consents'
import { useSteps } from '@/party/steps'
import type { Invitation } from '@/party/ticket'

const invitation = (participant = 'p_1'): Invitation => ({
  participant,
  name: '李建国',
  role: 'applicant',
  hearing: { id: 'h_1', kind: 'mediation', title: '', case_number: '', starts_at: 0, state: 'waiting', organisation: '', rehearsal: false },
})
const KEY = 'heting.steps.h_1.p_1'
const both = { zh: 'x', en: 'x' }
const entry = (item: string, page: number, kind: Entry['kind'] = 'notice'): Entry => ({
  item, page, kind, version: '1', sha256: item, title: both, lead: both, points: { zh: [], en: [] }, alternative: null, moment: 'entering', asked: [], yes: null, no: null, withdrawal: null, answer: '', answered_at: null,
})
const told = () => shallowRef([entry('K1', 0, 'consent'), entry('K18', 0, 'consent'), entry('K8', 1), entry('K7', 2), entry('K11', 2, 'confirmation'), entry('K6', 3)])
/** As the server answers: those of a page are read then. */
const read = (entries: ShallowRef<Entry[]>, ...items: string[]) =>
  (entries.value = entries.value.map((one) => (items.includes(one.item) ? { ...one, answer: 'given' } : one)))

it('begins anew for a hearing that goes on at a place', () => {
  const entries = told()
  const way = useSteps(invitation(), entries)
  way.go('room')
  const moved = invitation()
  expect(useSteps(moved, entries).progress.step).not.toBe('welcome')
  moved.hearing.continues = 's_1'
  expect(useSteps(moved, entries).progress.step).toBe('welcome')
})

beforeEach(() => sessionStorage.clear())

describe('the way into the room', () => {
  it('leads over every page of texts, each answered by itself', () => {
    const entries = told()
    const way = useSteps(invitation(), entries)
    way.goOn()
    const seen: string[] = []
    while (way.progress.step === 'notice') {
      const items = way.notice.value.entries.map((one) => one.item)
      seen.push(items.join('+'))
      read(entries, ...items)
      way.goOn()
    }
    expect(seen).toEqual(['K8', 'K7+K11', 'K6'])
    expect(way.progress.step).toBe('devices')
    expect(way.position.value).toBe(way.total.value - 1)
  })

  it('goes on from the same place after a reload, by what the server knows', () => {
    const entries = told()
    useSteps(invitation(), entries).goOn()
    read(entries, 'K8')
    const after = useSteps(invitation(), entries)
    after.goOn()
    expect(after.notice.value.number).toBe(2)
  })

  it('asks nothing again of whoever answered on another device', () => {
    const entries = told()
    read(entries, 'K8', 'K7', 'K11', 'K6')
    const way = useSteps(invitation(), entries)
    way.goOn()
    expect(way.progress.step).toBe('devices')
  })

  it('belongs to one person: another link in the same tab starts anew', () => {
    useSteps(invitation(), told()).goOn()
    expect(useSteps(invitation('p_2'), told()).progress.step).toBe('welcome')
  })

  it('shows a text again whose wording changed', () => {
    const entries = told()
    read(entries, 'K8', 'K11', 'K6')
    sessionStorage.setItem(KEY, JSON.stringify({ step: 'room', notice: 2 }))
    const way = useSteps(invitation(), entries)
    expect(way.progress.step).toBe('notice')
    expect(way.notice.value.number).toBe(2)
  })

  it('goes back one page at a time', () => {
    const entries = told()
    const way = useSteps(invitation(), entries)
    way.goOn()
    read(entries, 'K8', 'K7', 'K11')
    way.goOn()
    way.back()
    expect(way.notice.value.number).toBe(2)
    way.back()
    way.back()
    expect(way.progress.step).toBe('welcome')
  })

  it('starts anew when the memory is nonsense, and needs no texts', () => {
    sessionStorage.setItem(KEY, '{"step":"moon","notice":99}')
    expect(useSteps(invitation(), told()).progress.step).toBe('welcome')
    sessionStorage.setItem(KEY, '{{{')
    expect(useSteps(invitation(), told()).progress.step).toBe('welcome')
    const bare = useSteps(invitation(), shallowRef([]))
    bare.goOn()
    expect(bare.progress.step).toBe('devices')
  })
})

describe('texts', () => {
  it('stand together on a page that is read when all of it was answered', () => {
    const pages = pagesOf(told().value)
    expect(pages.map((page) => page.number)).toEqual([1, 2, 3])
    expect(isRead({ number: 2, entries: [{ ...entry('K7', 2), answer: 'given' }, entry('K11', 2)] })).toBe(false)
  })

  it('that may be refused are choices, and none of the pages', () => {
    expect(choices(told().value).map((one) => one.item)).toEqual(['K1', 'K18'])
    expect(online(told().value)?.item).toBe('K1')
  })
})
