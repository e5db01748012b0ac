import { afterEach, describe, expect, it } from 'vitest'
import { roleName } from '@/core/people'
import { dictionary, fill, language, t } from '@/core/words'
import { en } from '@/core/en'
import { zh } from '@/core/zh'

afterEach(() => (language.value = 'zh'))

/** Names of products and one button that names the other language. */
const LATIN_ALLOWED = /English|Chrome|Safari|Edge|Firefox|https|Wi-Fi/g

describe('words', () => {
  it('speaks Chinese until English is chosen', () => {
    expect(t('minutes')).toBe('笔录')
    language.value = 'en'
    expect(t('minutes')).toBe('Minutes')
  })

  it('puts values into a text and leaves unknown names alone', () => {
    expect(fill('{name} 已等候 {time} {else}', { name: '李', time: 3 })).toBe('李 已等候 3 {else}')
  })

  it('has the same holes in both languages', () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join()
    const uneven = Object.keys(zh).filter((key) => holes(zh[key as keyof typeof zh]) !== holes(en[key as keyof typeof zh]))
    expect(uneven).toEqual([])
  })

  it('leaves no English in the Chinese words', () => {
    const left = Object.entries(zh).filter(([, text]) => /[A-Za-z]/.test(text.replace(/\{\w+\}/g, '').replace(LATIN_ALLOWED, '')))
    expect(left).toEqual([])
  })

  it('leaves no Chinese in the English words', () => {
    const left = Object.entries(en).filter(([key, text]) => key !== 'displayLanguage' && /[\u4e00-\u9fff]/.test(text))
    expect(left).toEqual([])
  })

  it('keeps dictionaries apart', () => {
    const mine = dictionary({ a: '甲' }, { a: 'A' })
    expect(mine('a')).toBe('甲')
  })
})

describe('role names', () => {
  it('says on whose side an agent stands', () => {
    expect(roleName('agent', 'respondent')).toBe('被申请人代理人')
    expect(roleName('agent')).toBe('委托代理人')
    expect(roleName('mediator', 'applicant')).toBe('调解员')
  })
})
