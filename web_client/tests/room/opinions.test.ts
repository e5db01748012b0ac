import { describe, expect, it } from 'vitest'
import { answersOf, mistakeOf, speakingTo, spoken } from '@/room/evidence/opinions'
import type { Exhibit } from '@/room/evidence/exhibits'

const said = { type: 'EvidenceExamined', evidence: 'e_1', party: 'respondent', authenticity: 'accept', legality: 'unspoken', relevance: 'deny', reason: '与本案无关' } as const

describe('opinions on an item', () => {
  it('are those of everybody but its own side', () => {
    expect(speakingTo({ side: 'applicant' })).toEqual(['respondent', 'third_party'])
    expect(speakingTo({ side: 'tribunal' })).toEqual(['applicant', 'respondent', 'third_party'])
  })

  it('begin unspoken, and with what was said before', () => {
    expect(answersOf(undefined)).toEqual({ authenticity: 'unspoken', legality: 'unspoken', relevance: 'unspoken' })
    expect(answersOf(said).relevance).toBe('deny')
  })

  it('are told in a line per party', () => {
    expect(spoken({ examined: { respondent: said } } as unknown as Exhibit)).toEqual(['被申请人: 真实性 认可 · 合法性 未发表意见 · 关联性 不认可 · 与本案无关'])
    expect(spoken(undefined)).toEqual([])
  })

  it('say something, and why they object', () => {
    const silent = { authenticity: 'unspoken', legality: 'unspoken', relevance: 'unspoken' }
    expect(mistakeOf(silent, '伪造')).toBe('speakNothing')
    expect(mistakeOf({ ...silent, legality: 'accept' }, '')).toBeNull()
    expect(mistakeOf({ ...silent, relevance: 'deny' }, ' ')).toBe('reasonMissing')
    expect(mistakeOf({ ...silent, relevance: 'deny' }, '与本案无关')).toBeNull()
  })
})
