import { describe, expect, it } from 'vitest'
import { en } from '@/core/en.organisations'
import { zh } from '@/core/zh.organisations'
import { bodyOf, endOf, lastDay, mistakesOf, stateOf, type Draft, type Grant } from '@/desk/organisations/grants'
import { fitsUnder, rowsOf, targetsOf, type Organisation } from '@/desk/organisations/organisations'

const organisation = (id: string, parent: string, level: Organisation['level'], more: Partial<Organisation> = {}): Organisation => ({
  id, parent, level, name: id, short_name: '', disabled: false, may: ['edit_organisations'], ...more,
})
const TREE = [
  organisation('city', '', 'province_city'),
  organisation('north', 'city', 'district'),
  organisation('street', 'north', 'street'),
  organisation('company', 'street', 'enterprise'),
  organisation('south', 'city', 'district'),
]

describe('the tree', () => {
  it('is drawn with parents before their children, and says where each stands', () => {
    const rows = rowsOf(TREE, new Set())
    expect(rows.map((row) => [row.organisation.id, row.depth, row.position, row.siblings, row.children])).toEqual([
      ['city', 0, 1, 1, 2], ['north', 1, 1, 2, 1], ['street', 2, 1, 1, 1], ['company', 3, 1, 1, 0], ['south', 1, 2, 2, 0],
    ])
    expect(rowsOf(TREE, new Set(['north'])).map((row) => row.organisation.id)).toEqual(['city', 'north', 'south'])
  })

  it('begins at what is seen', () => {
    expect(rowsOf(TREE.slice(2, 4), new Set()).map((row) => [row.organisation.id, row.depth])).toEqual([['street', 0], ['company', 1]])
  })

  it('lets an organisation go where the level fits, never below itself', () => {
    const [city, north, street] = TREE as [Organisation, Organisation, Organisation]
    expect(targetsOf(TREE, street).map((one) => one.id)).toEqual(['city', 'south'])
    expect(targetsOf(TREE, north)).toEqual([])
    expect(targetsOf([city, organisation('south', 'city', 'district', { may: [] }), street], street).map((one) => one.id)).toEqual(['city'])
    expect(fitsUnder('province_city', 'province_city')).toBe(true)
    expect(fitsUnder('street', 'street')).toBe(false)
  })
})

describe('a grant', () => {
  const grant: Grant = { id: 'k', account: 'a', organisation: '', name: '甲', work: false, reason: 'r', given_at: 1, expires_at: 100, revoked_at: null }
  const draft: Draft = { to: 'person', organisation: 'o', account: ' expert ', work: true, reason: ' 会审 ', until: '' }

  it('holds until its end, or until it was taken back', () => {
    expect([stateOf(grant, 99), stateOf(grant, 100), stateOf({ ...grant, revoked_at: 5 }, 9)]).toEqual(['holds', 'expired', 'revoked'])
  })

  it('holds the whole of its last day', () => {
    const end = endOf('2026-09-30')!
    expect(end).toBe(new Date(2026, 9, 1).getTime())
    expect(lastDay(end)).toBe('2026-09-30')
    expect(endOf('')).toBeNull()
  })

  it('names one receiver, a reason and a day to come', () => {
    expect(bodyOf(draft)).toEqual({ account: 'expert', work: true, reason: '会审', expires_at: null })
    expect(bodyOf({ ...draft, to: 'organisation' })).toEqual({ organisation: 'o', work: true, reason: '会审', expires_at: null })
    expect(mistakesOf({ ...draft, account: '', reason: ' ', until: '2020-01-01' }, Date.now())).toEqual(['account', 'reason', 'until'])
    expect(mistakesOf({ ...draft, to: 'organisation', account: '' }, Date.now())).toEqual([])
  })
})

describe('their words', () => {
  it('have the same holes in both languages, and one language each', () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, holes(en[key])]).toEqual([key, holes(zh[key])])
    expect(Object.values(zh).filter((text) => /[A-Za-z]{3,}/.test(text.replace(/\{\w+\}/g, '')))).toEqual([])
    expect(Object.values(en).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
  })
})
