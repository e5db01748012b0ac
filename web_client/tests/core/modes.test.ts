import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { languageFrom, modes, startModes } from '@/core/modes'
import { language } from '@/core/words'

const classes = () => [...document.documentElement.classList].sort()

beforeEach(() => {
  Object.assign(modes, { theme: 'system', contrast: false, large: false })
  language.value = 'zh'
})

describe('modes', () => {
  it('are classes of the page and are remembered', async () => {
    startModes()
    Object.assign(modes, { theme: 'dark', contrast: true, large: true })
    await nextTick()
    expect(classes()).toEqual(['dark', 'hc', 'large'])
    expect(JSON.parse(localStorage.getItem('heting.modes')!)).toMatchObject({ theme: 'dark', contrast: true, large: true })
  })

  it('come back on the next visit, and nonsense does not', () => {
    localStorage.setItem('heting.modes', '{"theme":"dark","large":"yes","language":"en"}')
    startModes()
    expect(modes).toMatchObject({ theme: 'dark', large: false })
    expect(document.documentElement.lang).toBe('en')
    localStorage.setItem('heting.modes', 'not json')
    expect(startModes).not.toThrow()
  })

  it('know two languages, Chinese first', () => {
    expect(languageFrom('en')).toBe('en')
    expect(languageFrom('fr')).toBe('zh')
    expect(languageFrom(undefined)).toBe('zh')
  })
})
