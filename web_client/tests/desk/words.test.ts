import { describe, expect, it } from 'vitest'
import { en } from '@/core/en.desk'
import { zh } from '@/core/zh.desk'

const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

describe('the desk’s words', () => {
  it('have the same holes in both languages', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, holes(en[key])]).toEqual([key, holes(zh[key])])
  })

  it('are Chinese in the Chinese table, but for the names of file formats', () => {
    const latin = Object.entries(zh).filter(([, text]) => /[A-Za-z]{3,}/.test(text.replace(/\{\w+\}|PDF|ZIP|https|Shift/g, '')))
    expect(latin).toEqual([])
  })

  it('are English in the English table', () => {
    const chinese = Object.entries(en).filter(([, text]) => /[\u4e00-\u9fff]/.test(text.replace('苏劳调〔2026〕1001号', '')))
    expect(chinese).toEqual([])
  })
})
