import { describe, expect, it } from 'vitest'
import { ApiError } from '@/core/api'
import { troubleOf, troubleOfWord } from '@/party/ticket'

describe('why a link lets nobody in', () => {
  it.each([
    ['ticket_forged', 401, 'forged'],
    ['ticket_expired', 401, 'expired'],
    ['ticket_revoked', 401, 'revoked'],
    ['hearing_closed', 410, 'closed'],
    ['offline', 0, 'offline'],
    ['internal', 500, 'server'],
    ['too_fast', 429, 'server'],
    ['something_new', 404, 'forged'],
  ])('%s (%i) → %s', (word, status, trouble) => expect(troubleOf(new ApiError(word, status, ''))).toBe(trouble))

  it('is our fault when it is nothing we know', () => {
    expect(troubleOf(new TypeError('x'))).toBe('server')
    expect(troubleOfWord('revoked')).toBe('revoked')
    expect(troubleOfWord('what')).toBe('server')
  })
})
