import { beforeEach, describe, expect, it } from 'vitest'
import { draftOf, dropDraft, hasDraft, keepDraft, lengthOf, pasted } from '@/desk/room/minutes/drafts'
import { merged } from '@/desk/room/minutes/merging'

describe('two changes of one paragraph', () => {
  it.each([
    ['拖欠工资三千元，没有合同', '拖欠工资3000元，没有合同', '拖欠工资三千元，没有签合同', '拖欠工资3000元，没有签合同'],
    ['甲乙丙丁', '甲乙丙丁戊', '零甲乙丙丁', '零甲乙丙丁戊'],
    ['甲乙丙', '乙丙', '甲乙', '乙'],
    ['𠮷先生说三千', '𠮷先生说3000', '𠮷女士说三千', '𠮷女士说3000'],
    ['同', '同', '别', '别'],
    ['同', '别', '同', '别'],
    ['同', '别', '别', '别'],
  ])('%s: %s and %s become %s', (before, mine, theirs, both) => expect(merged(before, mine, theirs)).toBe(both))

  it.each([
    ['三千元', '3000元', '三千五百元'],
    ['三千', '三千元', '三千块'],
    ['', '我', '他'],
  ])('%s: %s and %s are for a person to put together', (before, mine, theirs) => expect(merged(before, mine, theirs)).toBeNull())
})

describe('what was typed', () => {
  beforeEach(() => dropDraft('s_1', 'u1'))
  it('waits for its line until it is saved', () => {
    expect(hasDraft('s_1', 'u1')).toBe(false)
    keepDraft('s_1', 'u1', { base: 2, text: '<b>三</b>', speaker: 'p_a' })
    expect([hasDraft('s_1', 'u1'), hasDraft('s_2', 'u1')]).toEqual([true, false])
    expect(draftOf('s_1', 'u1')).toEqual({ base: 2, text: '<b>三</b>', speaker: 'p_a' })
    dropDraft('s_1', 'u1')
    expect(draftOf('s_1', 'u1')).toBeNull()
  })

  it('is measured as the server does, whatever is replaced by what is pasted', () => {
    expect(lengthOf('𠮷𠮷')).toBe(2)
    const area = { value: '旧'.repeat(10), selectionStart: 0, selectionEnd: 10 }
    expect(pasted(area, '字'.repeat(4000))).toBeNull()
    expect(pasted({ ...area, selectionEnd: 0 }, '字'.repeat(4000))).toBe(4000)
    expect(pasted(area, 'x'.repeat(1_000_000))).toBe(1_000_000)
  })
})
