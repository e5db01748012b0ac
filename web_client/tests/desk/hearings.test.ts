import { describe, expect, it } from 'vitest'
import { check, dayAfter, dayOf, isFine, kindWord, momentOf, type Draft } from '@/desk/hearings/hearings'

const draft = (change: Partial<Draft> = {}): Draft => ({
  case_number: '苏劳调〔2026〕1001号',
  title: '追索劳动报酬争议',
  kind: 'mediation',
  starts_at: 1_790_000_000_000,
  rehearsal: false,
  participants: [
    { name: '王秀兰', role: 'mediator', side: '' },
    { name: '张伟', role: 'applicant', side: 'applicant' },
  ],
  ...change,
})

describe('a hearing to book', () => {
  it('is fine when everything is there', () => expect(isFine(check(draft()))).toBe(true))

  it.each([
    [{ case_number: '  ' }, 'case_number', 'required'],
    [{ title: '' }, 'title', 'required'],
    [{ starts_at: NaN }, 'when', 'whenWrong'],
    [{ participants: [{ name: '张伟', role: 'applicant', side: '' }] }, 'people', 'peopleNoMediator'],
    [{ participants: [{ name: '王', role: 'mediator', side: '' }] }, 'people', 'peopleTooFew'],
  ] as [Partial<Draft>, 'case_number' | 'title' | 'when' | 'people', string][])('%j is missing something', (change, key, word) => {
    const mistakes = check(draft(change))
    expect(mistakes[key]).toBe(word)
    expect(isFine(mistakes)).toBe(false)
  })

  it('names the person without a name', () => {
    const mistakes = check(draft({ participants: [...draft().participants, { name: ' ', role: 'agent', side: '' }] }))
    expect(mistakes.names).toEqual([false, false, true])
    expect(isFine(mistakes)).toBe(false)
  })
})

describe('days', () => {
  it('follow one another over months, years and leap days', () => {
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01')
    expect(dayAfter('2028-03-01', -1)).toBe('2028-02-29')
    expect(dayAfter('2026-11-22', 0)).toBe('2026-11-22')
  })

  it('and times make a moment, or none', () => {
    expect(dayOf(momentOf('2026-11-22', '23:59'))).toBe('2026-11-22')
    expect(momentOf('', '09:30')).toBeNaN()
    expect(momentOf('2026-11-22', '')).toBeNaN()
  })
})

it('a kind nobody knows is called other', () => {
  expect([kindWord('mediation'), kindWord('séance')]).toEqual(['kind_mediation', 'kind_other'])
})
