import { describe, expect, it } from 'vitest'
import { screenedOf } from '@/desk/hearings/apart'

describe('people kept apart in a booking', () => {
  it('are named by their positions, whatever rows were removed before', () => {
    expect(screenedOf([{ one: '7', other: '9' }], [4, 7, 9])).toEqual([[], [2], []])
  })

  it('need two different people who are there', () => {
    const pairs = [{ one: '4', other: '4' }, { one: '4', other: '' }, { one: '', other: '4' }, { one: '4', other: '99' }]
    expect(screenedOf(pairs, [4, 7])).toEqual([[], []])
    expect(screenedOf([{ one: '4', other: '7' }, { one: '4', other: '7' }], [4, 7])).toEqual([[1], []])
  })
})
