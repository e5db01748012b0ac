import { describe, expect, it } from 'vitest'
import { en } from '@/core/en.evaluation'
import { zh } from '@/core/zh.evaluation'
import { complete, isAsked, QUESTIONS } from '@/party/evaluation'

describe('evaluation', () => {
  it('is sent when all three questions are answered, not before', () => {
    expect(complete({})).toBe(false)
    expect(complete({ process: 5, result: 1 })).toBe(false)
    expect(complete({ process: 5, result: 1, mediator: 3 })).toBe(true)
  })

  it('asks the parties and those beside them', () => {
    expect(['applicant', 'agent', 'witness', 'observer', 'mediator'].map(isAsked)).toEqual([true, true, false, false, false])
  })

  it('has words for every question, with the same holes in both languages', () => {
    for (const question of QUESTIONS) expect(zh[question] && zh[`${question}Hint`]).toBeTruthy()
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, holes(en[key])]).toEqual([key, holes(zh[key])])
    expect(Object.values(zh).filter((text) => /[A-Za-z]/.test(text.replace(/\{\w+\}/g, '')))).toEqual([])
    expect(Object.values(en).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
  })
})
