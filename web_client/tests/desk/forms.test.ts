import { describe, expect, it } from 'vitest'
import { BLANK, nextToPut, offered, paragraphsOf, putIn } from '@/desk/room/minutes/filling'
import { anyMention, mentioned, withMention } from '@/desk/room/minutes/mentions'
import type { Exhibit } from '@/room/evidence/exhibits'
import { numbersOf, shortNames, type Template } from '@/room/forms'
import { emptyRoom, type Line, type Person, type RoomState } from '@/room/state'

const person = (id: string, name: string, role: string, side = '', present = true) => ({ id, name, role, side, present }) as Person
const people = [
  person('p_s', '沈青', 'sole_arbitrator'), person('p_c', '周', 'clerk'), person('p_a', '陈立', 'applicant', 'applicant'),
  person('p_g', '赵敏', 'agent', 'applicant'), person('p_r', '湖滨公司', 'respondent', 'respondent', false),
]
const SHORT = { sole_arbitrator: '仲', clerk: '书', applicant: '申', 'agent:applicant': '申代', respondent: '被' }

describe('names of speakers', () => {
  it('are short where the style says so', () => {
    expect([...shortNames(SHORT, people).values()]).toEqual(['仲', '书', '申', '申代', '被'])
    expect(shortNames({}, people).size).toBe(0)
  })
  it('tell several of one kind apart', () => {
    expect(shortNames(SHORT, [...people, person('p_b', '王强', 'applicant', 'applicant')]).get('p_a')).toBe('申（陈立）')
  })
})

describe('numbers of paragraphs', () => {
  it('run through what stands and is said', () => {
    const line = (id: string, more: Partial<Line> = {}) => ({ line: id, speaker: 'p_a', machine_text: null, start_ms: null, struck: false, ...more }) as Line
    const lines = [line('h1', { speaker: '' }), line('u1'), line('u2', { struck: true }), line('u3', { speaker: '', machine_text: '嗯' }), line('u4')]
    expect([...numbersOf(lines)]).toEqual([['u1', 1], ['u3', 2], ['u4', 3]])
  })
})

describe('texts of the minutes', () => {
  const template = { id: 'x', title_zh: '', title_en: '', kinds: ['arbitration'], version: '7', paragraph: [
    { by: '', text: '（敲槌）' },
    { by: 'presiding', text: '{case_number}，{applicant}与{respondent}，第三人{third}，仲裁员{arbitrators}，由{nobody}' },
    { by: 'clerk', text: '未到庭：{absent}' },
  ] } as Template
  const state = { ...emptyRoom, people, sitting: { caseNumber: '湖劳人仲案〔2026〕8号', caseTitle: '', kind: 'arbitration', organisation: '' } } as unknown as RoomState

  it('are filled in with who and what this hearing is', () => {
    expect(paragraphsOf(template, state, 'p_me', 0)).toEqual([
      { text: '（敲槌）', speaker: '' },
      { text: `湖劳人仲案〔2026〕8号，陈立（委托代理人赵敏）与湖滨公司，第三人无，仲裁员无，由${BLANK}`, speaker: 'p_s' },
      { text: '未到庭：湖滨公司', speaker: 'p_c' },
    ])
  })
  it('are said by whoever writes where nobody of the kind is there', () => {
    expect(paragraphsOf(template, { ...state, people: [] }, 'p_me', 0)[1]!.speaker).toBe('p_me')
  })
  it('follow one another, and say which stand already', () => {
    const line = (template: string, struck = false) => ({ template, struck }) as Line
    const done = putIn([line('a@7'), line('c@7', true), line('b@7'), {} as Line])
    expect([...done]).toEqual(['a', 'b'])
    expect(nextToPut(['a', 'b', 'c', ''], done)).toBe(2)
    expect(nextToPut(['c', 'a', 'b', ''], done)).toBe(0)
    expect(nextToPut(['a', 'b'], done)).toBe(-1)
    expect(nextToPut(['', 'a', 'x'], new Set())).toBe(1)
  })
  it('are offered by kind', () => {
    expect(offered([template, { ...template, kinds: [] }], 'mediation')).toHaveLength(1)
  })
})

describe('evidence that is named', () => {
  const item = (mark: string, withdrawn = false) => ({ evidence: `v_${mark}`, mark, title: '', withdrawn }) as Exhibit
  const all = [item('申证1'), item('申证12'), item('被证1'), item('申证2', true)]
  const marks = (before: string) => mentioned(before, all)?.items.map((one) => one.mark)

  it.each([
    ['请看证', ['申证1', '申证12', '被证1']],
    ['请看申证', ['申证1', '申证12']],
    ['请看证据1', ['申证1', '申证12', '被证1']],
    ['请看申证12', undefined],
    ['请看被证9', undefined],
    ['证明一件事', undefined],
    ['', undefined],
  ])('%s', (before, found) => expect(marks(before)).toEqual(found))

  it('takes the place of what was typed', () => {
    expect(withMention('请看证吗', 3, mentioned('请看证', all)!, '被证1')).toEqual({ text: '请看被证1吗', caret: 5 })
    expect(withMention('请看', 2, anyMention(all)!, '申证1')).toEqual({ text: '请看申证1', caret: 5 })
  })
})
