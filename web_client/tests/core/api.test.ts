import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError, get, post } from '@/core/api'

const answer = (status: number, body: string) => vi.fn(async () => new Response(body, { status }))
const sent = (fetcher: ReturnType<typeof answer>) => fetcher.mock.calls[0] as unknown as [string, RequestInit & { headers: Record<string, string> }]

afterEach(() => vi.unstubAllGlobals())

describe('requests', () => {
  it('carry the ticket, the CSRF token and JSON', async () => {
    const fetcher = answer(200, '{"ok":true}')
    vi.stubGlobal('fetch', fetcher)
    await expect(post('/api/x', { a: 1 }, { ticket: 'tt', csrf: 'cc' })).resolves.toEqual({ ok: true })
    const [path, init] = sent(fetcher)
    expect(path).toBe('/api/x')
    expect(init.headers).toMatchObject({ Authorization: 'Ticket tt', 'X-CSRF': 'cc', 'Content-Type': 'application/json' })
    expect(init.body).toBe('{"a":1}')
  })

  it('fail with the stable word of the server', async () => {
    vi.stubGlobal('fetch', answer(401, '{"error":{"word":"ticket_expired","text":"链接已过期"}}'))
    await expect(get('/api/ticket')).rejects.toMatchObject({ word: 'ticket_expired', status: 401, message: '链接已过期' })
  })

  it('fail with a word of their own when the answer is no JSON', async () => {
    vi.stubGlobal('fetch', answer(502, '<html>'))
    await expect(get('/api/ticket')).rejects.toMatchObject({ word: 'http_502' })
    vi.stubGlobal('fetch', answer(200, '<html>'))
    await expect(get('/api/ticket')).rejects.toMatchObject({ word: 'unreadable' })
  })

  it('say when there is no network', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('failed'))))
    const error = await get('/api/ticket').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ word: 'offline' })
  })
})
