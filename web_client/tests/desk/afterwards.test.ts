import { afterEach, describe, expect, it } from 'vitest'
import { en } from '@/core/en.afterwards'
import { language } from '@/core/words'
import { zh } from '@/core/zh.afterwards'
import { years } from '@/desk/afterwards/evaluations'
import { grouped, whenOf, type Task } from '@/desk/afterwards/tasks'
import { kindName, webhookBody, webhookFields, webhookValues, type Webhook } from '@/desk/afterwards/webhooks'
import { bodyOf } from '@/desk/cases/forms'

afterEach(() => (language.value = 'zh'))

const task = (days_left: number): Task => ({
  kind: 'deadline', case: 'c', number: '', title: 't', subject: 's', text: '', zh: '期限', en: 'Limit', basis: '', due: '2026-09-21', days_left,
})
const KINDS = ['webhook.test', 'case.filed', 'case.moved', 'hearing.closed', 'evidence.submitted']
const KEPT: Webhook = { id: 'w_1', url: 'https://x', kinds: ['case.filed', 'hearing.closed'], note: 'n', disabled: true, created_at: 0, secret: '' }

describe('tasks', () => {
  it('fall into groups by when', () => {
    expect([-1, 0, 1, 7, 8].map((days_left) => whenOf({ days_left }))).toEqual(['late', 'today', 'week', 'week', 'later'])
    const groups = grouped([task(9), task(-2), task(0), task(-1)])
    expect(groups.map((group) => [group.when, group.tasks.map((one) => one.days_left)])).toEqual([
      ['late', [-2, -1]],
      ['today', [0]],
      ['later', [9]],
    ])
    expect(grouped([])).toEqual([])
  })
})

describe('evaluations', () => {
  it('are offered for this year and those before it', () => {
    expect(years(new Date('2028-05-01'))).toEqual(['2028', '2027', '2026'])
    expect(years(new Date('2020-05-01'))).toEqual(['2026'])
  })
})

describe('a subscription', () => {
  it('is a form of groups and one list on the wire', () => {
    const fields = webhookFields(KINDS, true)
    expect(fields.map((field) => field.name)).toEqual(['url', 'case', 'hearing', 'evidence', 'note', 'disabled'])
    const body = webhookBody(bodyOf(fields, webhookValues(KEPT, KINDS)), true)
    expect(body).toEqual({ url: 'https://x', note: 'n', kinds: ['case.filed', 'hearing.closed'], disabled: true })
  })

  it('begins with everything and never says of a new one that it is switched off', () => {
    const body = webhookBody(bodyOf(webhookFields(KINDS, false), webhookValues(null, KINDS)), false)
    expect(body).toEqual({ url: '', note: '', kinds: KINDS.slice(1) })
  })

  it('names its events', () => {
    expect(kindName('case.filed')).toBe('立案登记')
    expect(kindName('case.unheard')).toBe('case.unheard')
  })
})

describe('the words', () => {
  it('have the same holes in both languages, and no other language in them', () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, holes(en[key])]).toEqual([key, holes(zh[key])])
    expect(Object.values(zh).filter((text) => /[A-Za-z]{3,}/.test(text.replace(/\{\w+\}|https/g, '')))).toEqual([])
    expect(Object.values(en).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
  })
})
