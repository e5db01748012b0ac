/** One file on its way to the server: in pieces, again from where it broke off, with its progress. */
import { ApiError } from '@/core/api'
import type { Item } from './calls'

export type Stage = 'sending' | 'waiting' | 'checking' | 'ready' | 'refused' | 'stopped'

export interface Progress {
  stage: Stage
  sent: number
  total: number
  /** Why it was refused, for people. */
  text: string
}

/** Sends one piece; tells how much of it has gone. Rejects with an `ApiError`. */
export type SendPiece = (address: string, ticket: string, piece: Blob, onSent: (bytes: number) => void, stop: AbortSignal) => Promise<number>

const PIECE = 2 * 1024 * 1024
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 20_000
const LOOK_AGAIN_MS = 700

/** An item as far as bringing its file goes. */
export type Going = Pick<Item, 'id' | 'state' | 'received' | 'text'>

export interface UploadOptions<One extends Going = Item> {
  calls: { ticket: string; show: (id: string) => Promise<One>; complete: (id: string) => Promise<One>; bytesAddress: (id: string, from: number) => string }
  onProgress: (progress: Progress) => void
  send?: SendPiece
  sleep?: (ms: number, stop: AbortSignal) => Promise<void>
  piece?: number
}

/** Bring an announced item's file up to the server and wait for what it says of it; null when it was stopped. */
export async function upload<One extends Going>(item: One, file: Blob, options: UploadOptions<One>, stop: AbortSignal): Promise<One | null> {
  const { calls, onProgress, send = sendPiece, sleep = pause, piece = PIECE } = options
  const tell = (stage: Stage, sent: number, text = '') => onProgress({ stage, sent, total: file.size, text })
  let received = item.received
  let wait = FIRST_WAIT_MS
  let asked = item.state !== 'receiving'
  while (!stop.aborted) {
    try {
      while (!asked && received < file.size) {
        const from = received
        tell('sending', from)
        const part = file.slice(from, from + piece)
        received = await send(calls.bytesAddress(item.id, from), calls.ticket, part, (sent) => tell('sending', from + sent), stop)
        wait = FIRST_WAIT_MS
      }
      tell('checking', file.size)
      let now: One = asked ? await calls.show(item.id) : await calls.complete(item.id)
      asked = true
      while (now.state === 'checking') {
        await sleep(LOOK_AGAIN_MS, stop)
        if (stop.aborted) return null
        now = await calls.show(item.id)
      }
      tell(now.state === 'refused' ? 'refused' : 'ready', file.size, now.text)
      return now
    } catch (error) {
      if (stop.aborted) return null
      if (!passes(error)) {
        tell('refused', received, (error as Error).message)
        throw error
      }
      tell('waiting', received)
      await sleep(wait, stop)
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
      const known = await calls.show(item.id).catch(() => null)
      if (known?.state === 'receiving') received = known.received
      else if (known) asked = true
    }
  }
  return null
}

/** What another try may cure: a lost line, a busy server, a piece that was counted twice. */
export function passes(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  return error.status === 0 || error.word === 'wrong_offset' || error.word === 'malformed' || [408, 429, 500, 502, 503, 504].includes(error.status)
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    const now = () => (clearTimeout(timer), resolve())
    stop.addEventListener('abort', now, { once: true })
    // The network is back: no need to wait longer.
    window.addEventListener('online', now, { once: true })
  })
}

/** `fetch` does not tell how much has gone up: the old way does. `headers` say who sends. */
export const pieceSender = (headers: (ticket: string) => Record<string, string>): SendPiece => (address, ticket, piece, onSent, stop) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', address)
    for (const [name, value] of Object.entries(headers(ticket))) request.setRequestHeader(name, value)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.timeout = 120_000
    request.upload.onprogress = (event) => onSent(event.loaded)
    const lost = () => reject(new ApiError('offline', 0, ''))
    request.onerror = lost
    request.ontimeout = lost
    request.onabort = lost
    request.onload = () => {
      const answer = parsed(request.responseText)
      if (request.status === 200 && typeof answer.received === 'number') resolve(answer.received)
      else reject(new ApiError(answer.error?.word ?? `http_${request.status}`, request.status, answer.error?.text ?? ''))
    }
    stop.addEventListener('abort', () => request.abort(), { once: true })
    request.send(piece)
  })

const sendPiece = pieceSender((ticket) => ({ Authorization: `Ticket ${ticket}` }))

function parsed(text: string): { received?: number; error?: { word: string; text: string } } {
  try {
    return JSON.parse(text) as { received?: number }
  } catch {
    return {}
  }
}
