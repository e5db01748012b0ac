import { createApp, h, nextTick, ref, type Component } from 'vue'
import { describe, expect, it } from 'vitest'
import DateInput from '@/kit/DateInput.vue'
import { readDay, readTime, stepDay } from '@/kit/dates'
import TimeInput from '@/kit/TimeInput.vue'

/** One field over a model, with what its box shows. */
function field(component: Component, start: string) {
  const model = ref(start)
  const at = document.createElement('div')
  document.body.append(at)
  createApp(() => h(component, { label: '日期', modelValue: model.value, 'onUpdate:modelValue': (value: string) => (model.value = value) })).mount(at)
  const box = at.querySelector<HTMLInputElement>('input[type=text]')!
  const type = async (text: string, leaving = true) => {
    box.value = text
    box.dispatchEvent(new Event('input'))
    if (leaving) box.dispatchEvent(new Event('change'))
    await nextTick()
  }
  return { model, at, box, type, alert: () => at.querySelector('[role=alert]')!.textContent }
}

describe('a day as it is typed', () => {
  it.each([
    ['2026-09-15', '2026-09-15'],
    [' 2026/9/5 ', '2026-09-05'],
    ['2026.09.15', '2026-09-15'],
    ['20260915', '2026-09-15'],
    ['2026年9月15日', '2026-09-15'],
    ['２０２６－０９－１５', '2026-09-15'],
    ['2028-02-29', '2028-02-29'],
    ['2026-02-29', ''],
    ['2026-13-01', ''],
    ['0000-01-01', ''],
    ['09/15/2026', ''],
    ['2026-9', ''],
    ['2026111', ''],
    ['明天', ''],
    ['', ''],
  ])('%s is %s', (text, day) => expect(readDay(text)).toBe(day))

  it('goes on by days over the ends of months and years', () => {
    expect([stepDay('2026-12-31', 1), stepDay('2026-03-01', -1), stepDay('2026-09-15', 0)]).toEqual(['2027-01-01', '2026-02-28', '2026-09-15'])
  })
})

describe('a time as it is typed', () => {
  it.each([
    ['09:30', '09:30'],
    ['9:5', '09:05'],
    ['９：３０', '09:30'],
    ['930', '09:30'],
    ['1430', '14:30'],
    ['14时30分', '14:30'],
    ['9点', '09:00'],
    ['14', '14:00'],
    ['24:00', ''],
    ['12:60', ''],
    ['9:30 PM', ''],
    ['', ''],
  ])('%s is %s', (text, time) => expect(readTime(text)).toBe(time))
})

describe('the field of a day', () => {
  it('shows and gives year, month and day, whatever the browser speaks', async () => {
    const { model, box, type } = field(DateInput, '2026-09-15')
    expect(box.value).toBe('2026-09-15')
    await type('2026/9/16')
    expect([model.value, box.value]).toEqual(['2026-09-16', '2026-09-16'])
    model.value = '2026-10-01'
    await nextTick()
    expect(box.value).toBe('2026-10-01')
  })

  it('says that something is no day once it is left, and does not hide it from whoever reads it', async () => {
    const { model, type, alert } = field(DateInput, '2026-09-15')
    await type('2026-09-3', false)
    expect(alert()).toBe('')
    await type('2026-09-31')
    expect(model.value).toBe('2026-09-31')
    expect(alert()).toContain('2026-09-15')
    await type('')
    expect([model.value, alert()]).toEqual(['', ''])
  })

  it('steps by the arrow keys', async () => {
    const { model, box } = field(DateInput, '2026-09-30')
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }))
    await nextTick()
    expect([model.value, box.value]).toEqual(['2026-10-01', '2026-10-01'])
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }))
    expect(model.value).toBe('2026-09-30')
  })
})

describe('the field of a time', () => {
  it('is one of 24 hours', async () => {
    const { model, box, type, alert } = field(TimeInput, '09:30')
    await type('1430')
    expect([model.value, box.value]).toEqual(['14:30', '14:30'])
    await type('25:00')
    expect(model.value).toBe('25:00')
    expect(alert()).toContain('09:30')
  })
})
