import { describe, expect, it } from 'vitest'
import { en } from '@/core/en.cases'
import { zh } from '@/core/zh.cases'
import { fenOf, filterOf, inviteesOf, queryOf, toneOf, totalOf, yuanOf, type Agent, type Case, type Claim, type Deadline, type Law, type Party } from '@/desk/cases/cases'
import { agentFields, bodyOf, claimFields, claimValues, mistakesOf, newCaseBody, newCaseValues, partyFields, shownOf, valuesOf } from '@/desk/cases/forms'
import { agentLines, claimLines, claimsFooter, eventText, partyLines } from '@/desk/cases/lines'

const party = (change: Partial<Party> = {}): Party => ({
  id: 'y_1', side: 'applicant', kind: 'person', name: '张晓雯', id_number: '110105********002X', credit_code: '',
  legal_representative: '', legal_representative_post: '', employer: '', occupation: '', phone: '', address: '',
  service_address: '', electronic_address: '', representative: false, ...change,
})
const agent = (change: Partial<Agent> = {}): Agent => ({
  id: 'g_1', party: 'y_1', kind: 'lawyer', name: '王律', power: 'special', scope: ['settle'], firm: '', licence: '', papers: '', phone: '', id_number: '', ...change,
})
const claim = (change: Partial<Claim> = {}): Claim => ({
  id: 'q_1', kind: 'wages', text: '', amount_fen: 2_340_050, period_from: '', period_to: '', basis: '', counter: false, ...change,
})
const deadline = (change: Partial<Deadline> = {}): Deadline => ({
  limit: 'arb.award', zh: '审理期限', en: 'End', begins: '2026-09-18', due: '2026-11-02', state: 'running', days_left: 42, met: null,
  extended: false, anew_by: '', value: 45, unit: 'natural_days', basis: '', source: 'L', unit_source: 'M', region: '', notes: '', unknown_years: [], ...change,
})
const law: Law = {
  facts: [{ kind: 'accepted', zh: '受理', en: 'Accepted' }],
  causes: [],
  claims: [{ code: 'wages', zh: '工资', en: 'Wages' }],
  numbers: [],
  routes: [{ route: 'negotiate', zh: '协商', en: 'Negotiation' }, { route: 'closed', zh: '结案', en: 'Closed' }],
  outcomes: [],
}
const found = (change: Partial<Case> = {}) => ({ parties: [party()], agents: [agent()], claims: [claim()], exhibits: [], ...change }) as unknown as Case

describe('the words of cases', () => {
  const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
  it('have the same holes in both languages', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, holes(en[key])]).toEqual([key, holes(zh[key])])
  })
  it('are Chinese in Chinese and English in English', () => {
    expect(Object.entries(zh).filter(([, text]) => /[A-Za-z]{3,}/.test(text.replace(/\{\w+\}/g, '')))).toEqual([])
    expect(Object.entries(en).filter(([, text]) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
  })
})

describe('money', () => {
  it.each([
    ['23,400.5', 2_340_050], ['0.05', 5], ['￥1 000元', 100_000], ['', null], ['  ', null],
    ['1.234', undefined], ['-1', undefined], ['abc', undefined], ['1e5', undefined],
  ])('%j is read', (text, fen) => expect(fenOf(text)).toBe(fen))

  it('is written with thousands and two decimals, and read again', () => {
    expect([yuanOf(2_340_050), yuanOf(5), yuanOf(100_000_000_000)]).toEqual(['23,400.50', '0.05', '1,000,000,000.00'])
    for (const fen of [0, 1, 99, 100, 123_456_789]) expect(fenOf(yuanOf(fen))).toBe(fen)
  })

  it('adds up the claims, but not counterclaims, nor where no amount is named', () => {
    expect(totalOf([claim(), claim({ amount_fen: 50 }), claim({ counter: true }), claim({ amount_fen: null })])).toBe(2_340_100)
    expect(totalOf([claim({ amount_fen: null })])).toBeNull()
    expect(claimsFooter(found({ claims: [claim(), claim()] }))).toBe('合计 46,801.00 元')
    expect(claimsFooter(found())).toBe('')
  })
})

describe('the filter', () => {
  it('goes into the address and comes back', () => {
    const filter = { q: '张&晓', route: 'closed', state: '', due: 'soon', page: 3 }
    const query = queryOf(filter)
    expect(filterOf(Object.fromEntries(new URLSearchParams(query)))).toEqual(filter)
    expect(queryOf({ q: ' ', route: '', state: '', due: '', page: 1 })).toBe('')
  })
  it('takes no page that is none', () => {
    for (const page of ['0', '-1', 'x', '1.5', ['2']]) expect(filterOf({ page }).page).toBe(1)
  })
})

describe('a deadline', () => {
  it.each([
    [{}, 'brand'], [{ days_left: 3 }, 'warn'], [{ days_left: 0 }, 'warn'], [{ state: 'overdue', days_left: -1 }, 'bad'],
    [{ state: 'met' }, 'ok'], [{ state: 'late' }, 'bad'], [{ state: 'suspended', due: null, days_left: null }, 'plain'], [{ state: 'kept' }, 'plain'],
  ] as [Partial<Deadline>, string][])('%j looks %s', (change, tone) => expect(toneOf(deadline(change))).toBe(tone))
})

describe('a booking from a case', () => {
  it('invites persons themselves and organisations by their agents, or by who represents them', () => {
    const company = party({ id: 'y_2', side: 'respondent', kind: 'organisation', name: '云帆公司', legal_representative: '林国栋' })
    const third = party({ id: 'y_3', side: 'third_party', name: '第三人' })
    const people = inviteesOf({ parties: [party(), company, third], agents: [agent()] })
    expect(people).toEqual([
      { name: '张晓雯', role: 'applicant', side: 'applicant', party: 'y_1' },
      { name: '王律', role: 'agent', side: 'applicant', agent: 'g_1' },
      { name: '林国栋', role: 'respondent', side: 'respondent', party: 'y_2' },
      { name: '第三人', role: 'third_party', side: '', party: 'y_3' },
    ])
    const acting = agent({ id: 'g_2', party: 'y_2', name: '李律' })
    expect(inviteesOf({ parties: [company], agents: [acting] }).map((p) => p.name)).toEqual(['李律'])
  })
})

describe('the forms', () => {
  it('send what is shown: a person has no credit code, a general power no scope', () => {
    const fields = partyFields()
    const values = { ...valuesOf(party({ credit_code: 'X' })), name: ' 张 ' }
    expect(shownOf(fields, values).map((field) => field.name)).not.toContain('credit_code')
    const body = bodyOf(fields, values)
    expect(body).toMatchObject({ name: '张', side: 'applicant', representative: false })
    expect('id_number' in body || 'credit_code' in body || 'id' in body).toBe(false)
    expect(bodyOf(agentFields(found()), { ...valuesOf(agent()), power: 'general' })).not.toHaveProperty('scope')
  })
  it('send an identity number only when one was typed, never the mask', () => {
    const values = valuesOf(party())
    expect(values.id_number).toBe('')
    expect(bodyOf(partyFields(), { ...values, id_number: '11010519491231002X' }).id_number).toBe('11010519491231002X')
  })
  it('name what is missing or wrong', () => {
    expect(mistakesOf(partyFields(), { ...valuesOf(party()), name: ' ' })).toEqual({ name: 'required' })
    expect(mistakesOf(claimFields(law), { kind: 'wages', amount: '1.234' })).toEqual({ amount: 'wrongMoney' })
  })
  it('carry a claim there and back', () => {
    expect(bodyOf(claimFields(law), claimValues(claim({ period_from: '2026-01-01' })))).toEqual({
      kind: 'wages', amount_fen: 2_340_050, period_from: '2026-01-01', period_to: null, text: '', basis: '', counter: false,
    })
  })
  it('file only the people who were named', () => {
    expect(newCaseBody(newCaseValues())).toEqual({ title: '', cause: '', route: 'mediate_org', summary: '', group: false, parties: [] })
    const body = newCaseBody({ ...newCaseValues(), applicant: '张', respondent: '云帆', respondent_code: 'X', applied_on: '2026-09-15' })
    expect(body.applied_on).toBe('2026-09-15')
    expect(body.parties).toEqual([
      { side: 'applicant', kind: 'person', name: '张', phone: '' },
      { side: 'respondent', kind: 'organisation', name: '云帆', credit_code: 'X' },
    ])
  })
})

describe('lines', () => {
  it('say who acts for whom with which power', () => {
    const [line] = agentLines(found())
    expect(line!.details[0]).toBe('委托人 张晓雯 · 律师')
    expect([line!.tags[0]!.label, line!.details[1]]).toEqual(['特别授权', '和解、调解'])
    expect(partyLines(found())[0]!.details).toEqual(['110105********002X'])
    expect(claimLines(found(), law)[0]).toMatchObject({ name: '1. 工资', tags: [{ label: '23,400.50 元' }] })
  })
  it('tell the history, also what is new to this page', () => {
    const event = { seq: 1, at: 0, actor: '', what: 'fact', fact: 'accepted', day: '2026-09-18', until: '', note: '', body: '{}', withdrawn: false }
    expect(eventText(event, law)).toBe('登记事实：受理（2026-09-18）')
    expect(eventText({ ...event, what: 'route', body: '{"origin":"negotiate","target":"closed"}' }, law)).toBe('协商 → 结案')
    expect(eventText({ ...event, what: 'unheard_of' }, law)).toBe('其他操作')
  })
})
