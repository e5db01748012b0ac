import { afterEach, describe, expect, it } from 'vitest'
import { en } from '@/core/en.models'
import { language } from '@/core/words'
import { zh } from '@/core/zh.models'
import { lacks, loadOf, ordered, sizeOf, type Model, type Shelf } from '@/desk/models/models'

afterEach(() => (language.value = 'zh'))

const model = (id: string, more: Partial<Model> = {}): Model => ({
  id, title: id, licence: 'MIT', bytes: 1, engine: 'faster-whisper', state: 'absent', reason: '', active: false, recommended: false, listed: true, cores_per_voice: null, ...more,
})
const shelf = (state: string, fixed: Shelf['fixed'] = ''): Shelf => ({
  models: [], engine: { engine: '', state, model: '', reason: '' }, fixed, machine: { cores: 2, memory_mib: 1, disk_mib: 1 }, job: null, hub: '', sources: '', importable: [], trouble: '',
})

describe('speech models', () => {
  it('are told in sizes that people know', () => {
    expect([null, 0, 1_947_549, 483_546_902, 1_617_884_929].map(sizeOf)).toEqual(['—', '—', '1.9 MB', '484 MB', '1.6 GB'])
  })

  it('say what a voice costs, and when that is too much to read along', () => {
    expect(loadOf(model('a', { cores_per_voice: 0.48 }))).toBe('每位连续发言者约 0.48 个核心')
    expect(loadOf(model('a', { cores_per_voice: 1.5 }))).toContain('宜闭庭后使用')
    language.value = 'en'
    expect(loadOf(model('a'))).toBe('not measured with this system')
  })

  it('come with the one in use first, then what fits, then what is there', () => {
    const found = ordered([model('far'), model('there', { state: 'ready' }), model('fits', { recommended: true }), model('used', { active: true, state: 'ready' })])
    expect(found.map((one) => one.id)).toEqual(['used', 'fits', 'there', 'far'])
  })

  it('are missed only where a choice is left', () => {
    expect([lacks(shelf('absent')), lacks(shelf('ready')), lacks(shelf('absent', 'speech_url'))]).toEqual([true, false, false])
  })

  it('have the same holes in both languages', () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, holes(en[key])]).toEqual([key, holes(zh[key])])
  })
})
