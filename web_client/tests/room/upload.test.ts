import { describe, expect, it } from 'vitest'
import { ApiError } from '@/core/api'
import type { Item } from '@/room/evidence/calls'
import { passes, upload, type Progress, type SendPiece } from '@/room/evidence/upload'

const FILE = new Blob([new Uint8Array(2500)])
const item = (more: Partial<Item> = {}): Item => ({ id: 'e_1', state: 'receiving', received: 0, bytes: 2500, text: '', ...more }) as Item
const offline = () => new ApiError('offline', 0, '')

/** A server that keeps what it is sent, and fails when it is told to. */
function server(failures: (Error | null)[] = [], states: Item['state'][] = ['checking', 'draft']) {
  let received = 0
  const asked: string[] = []
  const told: Progress[] = []
  const send: SendPiece = async (address, _ticket, piece, onSent) => {
    asked.push(address)
    const failure = failures.shift()
    if (failure) {
      // Half of the piece had come before the line broke.
      if (failure instanceof ApiError && failure.word === 'offline') received += Math.floor(piece.size / 2)
      throw failure
    }
    onSent(piece.size)
    received += piece.size
    return received
  }
  const now = () => item({ received, state: received < 2500 ? 'receiving' : (states[0] ?? 'draft'), text: 'refused' })
  const calls = {
    ticket: 't',
    bytesAddress: (id: string, from: number) => `${id}@${from}`,
    complete: async () => now(),
    show: async () => {
      if (received >= 2500) states.shift()
      return now()
    },
  }
  const waits: number[] = []
  const sleep = async (ms: number) => void waits.push(ms)
  const stop = new AbortController()
  const run = (first = item()) => upload(first, FILE, { calls, onProgress: (p) => told.push(p), send, sleep, piece: 1000 }, stop.signal)
  return { run, asked, told, waits, stop, has: (bytes: number) => (received = bytes) }
}

describe('an upload', () => {
  it('goes in pieces and says how far it is', async () => {
    const { run, asked, told } = server()
    expect((await run())?.state).toBe('draft')
    expect(asked).toEqual(['e_1@0', 'e_1@1000', 'e_1@2000'])
    expect(told.map((p) => p.sent)).toEqual([0, 1000, 1000, 2000, 2000, 2500, 2500, 2500])
    expect(told.at(-1)).toMatchObject({ stage: 'ready', total: 2500 })
  })

  it('goes on where the line broke, and waits longer each time', async () => {
    const { run, asked, told, waits } = server([null, offline(), new ApiError('internal', 503, '')])
    expect((await run())?.state).toBe('draft')
    expect(asked).toEqual(['e_1@0', 'e_1@1000', 'e_1@1500', 'e_1@1500'])
    expect(waits.slice(0, 2)).toEqual([1000, 2000])
    expect(told.some((p) => p.stage === 'waiting' && p.sent === 1000)).toBe(true)
  })

  it('goes on with what an earlier page had sent', async () => {
    const { run, asked, has } = server()
    has(2000)
    await run(item({ received: 2000 }))
    expect(asked).toEqual(['e_1@2000'])
  })

  it('only waits for the answer when all was sent before', async () => {
    const { run, asked, has } = server()
    has(2500)
    expect((await run(item({ state: 'checking', received: 2500 })))?.state).toBe('draft')
    expect(asked).toEqual([])
  })

  it('ends with the reason when the file is refused', async () => {
    const { run, told } = server([new ApiError('unknown_type', 415, '不支持')])
    await expect(run()).rejects.toThrow('不支持')
    expect(told.at(-1)).toMatchObject({ stage: 'refused', text: '不支持' })
    const later = server([], ['checking', 'refused'])
    expect((await later.run())?.state).toBe('refused')
    expect(later.told.at(-1)).toMatchObject({ stage: 'refused', text: 'refused' })
  })

  it('stops when it is told to', async () => {
    const { run, stop } = server()
    stop.abort()
    expect(await run()).toBeNull()
  })
})

describe('what another try may cure', () => {
  it.each([
    ['offline', 0, true],
    ['wrong_offset', 409, true],
    ['too_many', 429, true],
    ['http_502', 502, true],
    ['unknown_type', 415, false],
    ['too_large_kind', 413, false],
    ['disk_full', 507, false],
    ['not_signed_in', 401, false],
  ])('%s %d: %s', (word, status, again) => expect(passes(new ApiError(word, status, ''))).toBe(again))

  it('is nothing that is our own fault', () => expect(passes(new TypeError('x'))).toBe(false))
})
