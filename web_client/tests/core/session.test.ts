import { afterEach, describe, expect, it, vi } from 'vitest'
import { deviceId, forget, keep, ticketFrom, visitNumber } from '@/core/session'

afterEach(() => {
  vi.restoreAllMocks()
  sessionStorage.clear()
})

describe('the device of a tab', () => {
  it('is the same after a reload and fits the protocol', () => {
    const first = deviceId()
    expect(first).toMatch(/^[A-Za-z0-9_-]{8,64}$/)
    expect(deviceId()).toBe(first)
  })

  it('is replaced when somebody wrote nonsense over it', () => {
    sessionStorage.setItem('heting.device', 'x y')
    expect(deviceId()).not.toBe('x y')
  })

  it('lives in memory where storage is forbidden', () => {
    const forbidden = () => {
      throw new DOMException('no', 'SecurityError')
    }
    vi.stubGlobal('sessionStorage', { getItem: forbidden, setItem: forbidden, removeItem: forbidden })
    const first = deviceId()
    expect(deviceId()).toBe(first)
    forget('heting.device')
    expect(keep('heting.device')).toBeNull()
    vi.unstubAllGlobals()
  })
})

describe('the number of a page', () => {
  it('grows, even when the clock is set back or storage is forbidden', () => {
    const first = visitNumber()
    expect(first).toBeGreaterThanOrEqual(1.6e12)
    vi.spyOn(Date, 'now').mockReturnValue(1000)
    expect(visitNumber()).toBe(first + 1)
    localStorage.setItem('heting.visit', String(first + 50))
    expect(visitNumber()).toBe(first + 51)
    const forbidden = () => {
      throw new DOMException('no', 'SecurityError')
    }
    vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden })
    expect(visitNumber()).toBe(first + 52)
    vi.unstubAllGlobals()
  })
})

describe('the ticket in an address', () => {
  it.each([
    ['/p/abc.def-1', 'abc.def-1'],
    ['/p/abc?lang=en', 'abc'],
    ['/p/', ''],
    ['/desk', ''],
  ])('%s → %s', (path, ticket) => expect(ticketFrom(path)).toBe(ticket))
})
