import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Connection } from '@/room/connection'
import { relaysFor } from '@/room/relays'

const RELAY = { urls: ['turn:turn.test:3478'], username: '1:p', credential: 'c' }
let asked: string[]
let answer: () => Promise<Response>

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  answer = async () => Response.json({ ice_servers: [RELAY], ttl_s: 600 })
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push(`${path} ${(init.headers as Record<string, string>).Authorization}`)
    return answer()
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('relays', () => {
  it('are asked for with the ticket, once for both connections, and anew when half of their time is over', async () => {
    const relays = relaysFor('t')
    expect(await Promise.all([relays(), relays()])).toEqual([[RELAY], [RELAY]])
    expect(asked).toEqual(['/api/ice Ticket t'])
    await vi.advanceTimersByTimeAsync(299_000)
    await relays()
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2_000)
    await relays()
    expect(asked).toHaveLength(2)
  })

  it('are done without when the server does not tell, and asked for again', async () => {
    answer = async () => Response.json({ error: { word: 'internal' } }, { status: 500 })
    const relays = relaysFor('t')
    expect(await relays()).toEqual([])
    answer = () => new Promise(() => undefined)
    const slow = relays()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await slow).toEqual([])
    expect(asked).toHaveLength(2)
  })
})

class GatheringPeer {
  iceGatheringState = 'gathering'
  connectionState = 'new'
  localDescription = { sdp: 'offer' }
  constructor(readonly iceServers: RTCIceServer[]) {}
  createOffer = async () => ({})
  setLocalDescription = async () => undefined
  setRemoteDescription = async () => undefined
  close = () => undefined
}

describe('a connection', () => {
  let pc: GatheringPeer | null
  let offered: number
  const connection = (servers: RTCIceServer[]) => {
    ;[pc, offered] = [null, 0]
    const made = new Connection({
      prepare: () => true,
      exchange: async () => `answer ${++offered}`,
      onState: () => undefined,
      relays: async () => servers,
      create: (iceServers) => (pc = new GatheringPeer(iceServers)) as unknown as RTCPeerConnection,
    })
    void made.renew()
    return made
  }

  it('is made with the relays, and offered before any address is known', async () => {
    const made = connection([RELAY])
    await vi.advanceTimersByTimeAsync(0)
    expect(pc!.iceServers).toEqual([RELAY])
    expect([pc!.iceGatheringState, offered]).toEqual(['gathering', 1])
    made.close()
  })

  it('that was closed while it asked for relays is never made', async () => {
    connection([RELAY]).close()
    await vi.advanceTimersByTimeAsync(0)
    expect(pc).toBeNull()
  })
})
