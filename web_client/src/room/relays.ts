/** Relays (TURN) for networks that block UDP: asked for with the ticket, kept while their credentials last. */
import { get } from '@/core/api'

interface Answer {
  ice_servers: RTCIceServer[]
  ttl_s: number
}

/** Nobody's media waits longer than this for relays that are seldom needed. */
const PATIENCE_MS = 2_000

export function relaysFor(ticket: string): () => Promise<RTCIceServer[]> {
  let asked: Promise<RTCIceServer[]> | null = null
  let staleAt = 0

  async function ask(): Promise<RTCIceServer[]> {
    try {
      const answer = await get<Answer>('/api/ice', { ticket })
      staleAt = Date.now() + answer.ttl_s * 500
      return answer.ice_servers
    } catch {
      // The next connection asks again; this one does without.
      asked = null
      return []
    }
  }

  return () => {
    if (asked && staleAt && Date.now() > staleAt) asked = null
    asked ??= ask()
    return Promise.race([asked, new Promise<RTCIceServer[]>((resolve) => setTimeout(resolve, PATIENCE_MS, []))])
  }
}
