import { afterEach, describe, expect, it } from 'vitest'
import { duration, planned, serverAhead, serverNow, timeOfDay } from '@/core/clock'

afterEach(() => (serverAhead.value = 0))

describe('times', () => {
  it.each([
    [0, '0:00'],
    [65_400, '1:05'],
    [3_725_000, '1:02:05'],
    [-5, '0:00'],
  ])('%i ms → %s', (ms, text) => expect(duration(ms)).toBe(text))

  it('follow the clock of the server', () => {
    serverAhead.value = 3_600_000
    expect(serverNow() - Date.now()).toBeGreaterThan(3_590_000)
  })

  it('are written with 24 hours', () => {
    expect(timeOfDay(new Date(2026, 10, 22, 15, 4).getTime())).toBe('15:04')
  })

  it('name the day unless it is today', () => {
    const at = new Date(2026, 10, 23, 9, 30).getTime()
    expect(planned(at, new Date(2026, 10, 23, 8, 0).getTime())).toBe('09:30')
    expect(planned(at, new Date(2026, 10, 22, 9, 30).getTime())).toContain('11月23日')
  })
})
