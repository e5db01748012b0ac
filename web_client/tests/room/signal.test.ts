import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Down, Up } from '@/core/protocol'
import { Refused, Signal, type LineState, type Socket } from '@/room/signal'

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  sent: Up[] = []
  closed = false
  send(data: string) {
    this.sent.push(JSON.parse(data) as Up)
  }
  close() {
    this.closed = true
  }
  say(frame: Down) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  die(reason = '') {
    this.onclose?.({ code: 1006, reason })
  }
}

const welcome: Down = {
  kind: 'welcome', protocol: 1, participant: 'p_1', role: 'mediator', name: '王', sitting: 's', epoch: 1, live: false, seq: 0, now: 5_000_000,
}

let sockets: FakeSocket[]
let states: [LineState, string][]
let frames: Down[]
let since: number
let over: boolean
let signal: Signal
const last = () => sockets[sockets.length - 1]!

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  ;[sockets, states, frames, since, over] = [[], [], [], 0, false]
  signal = new Signal({
    url: 'wss://x/ws',
    ticket: 'T',
    device: 'device-1',
    since: () => since,
    over: () => over,
    onFrame: (frame) => frames.push(frame),
    onState: (state, word) => states.push([state, word]),
    connect: () => {
      sockets.push(new FakeSocket())
      return last()
    },
    random: () => 1,
  })
  signal.start()
})
afterEach(() => {
  signal.close()
  vi.useRealTimers()
})

function enter() {
  last().onopen?.()
  last().say(welcome)
}

describe('the line', () => {
  it('says hello with ticket, device and the last seq it knows', () => {
    since = 41
    enter()
    expect(last().sent[0]).toEqual({
      kind: 'hello', protocol: 1, ticket: 'T', device: 'device-1', since: 41, takeover: false,
    })
    expect(signal.state).toBe('open')
    expect(signal.now()).toBe(5_000_000)
  })

  it('comes back after 0.3, 0.6, 0.8, 0.8 … and, much later, every 5 s; starts over once welcomed', () => {
    enter()
    const waits = [300, 600, ...Array<number>(38).fill(800), 5000, 5000]
    for (const wait of waits) {
      const before = sockets.length
      last().die()
      vi.advanceTimersByTime(wait - 1)
      expect(sockets.length).toBe(before)
      vi.advanceTimersByTime(1)
      expect(sockets.length).toBe(before + 1)
    }
    enter()
    last().die()
    vi.advanceTimersByTime(300)
    expect(sockets.length).toBe(waits.length + 2)
  })

  it('takes a line for dead when a ping stays unanswered for 5 s', () => {
    enter()
    const first = last()
    vi.advanceTimersByTime(4_000)
    expect(first.sent.filter((f) => f.kind === 'ping')).toHaveLength(2)
    first.say({ kind: 'pong' })
    vi.advanceTimersByTime(6_900)
    expect(first.closed).toBe(false)
    vi.advanceTimersByTime(1_200)
    expect(first.closed).toBe(true)
    expect(signal.state).not.toBe('open')
  })

  it('does not take its own sleep for silence of the line', () => {
    enter()
    vi.advanceTimersByTime(2_000)
    last().say({ kind: 'pong' })
    vi.setSystemTime(Date.now() + 60_000)
    vi.advanceTimersByTime(2_000)
    expect(last().closed).toBe(false)
  })

  it('gives a dial 2 s, every fourth 4.5 s, and dials at once when the network is said to be back', () => {
    enter()
    last().die()
    const lasted: number[] = []
    for (let n = 0; n < 4; n++) {
      const before = sockets.length
      vi.advanceTimersByTime(800)
      while (sockets.length === before) vi.advanceTimersByTime(100)
      const dialled = last()
      const began = Date.now()
      while (!dialled.closed) vi.advanceTimersByTime(100)
      lasted.push(Math.round((Date.now() - began) / 500) / 2)
    }
    expect(lasted.filter((seconds) => seconds > 4)).toHaveLength(1)
    vi.advanceTimersByTime(900)
    const [count, hanging] = [sockets.length, last()]
    signal.hurry()
    expect(hanging.closed).toBe(true)
    expect(sockets).toHaveLength(count + 1)
  })

  it.each(['taken_over', 'refused', 'replaced', 'revoked', 'left'])('does not come back after bye %s', (word) => {
    enter()
    last().say({ kind: 'bye', word })
    last().die()
    vi.advanceTimersByTime(60_000)
    expect(states.at(-1)).toEqual(['ended', word])
    expect(sockets).toHaveLength(1)
  })

  it('takes the word closed for final only when the sitting is over', () => {
    enter()
    last().say({ kind: 'bye', word: 'closed' })
    last().die()
    vi.advanceTimersByTime(300)
    enter()
    over = true
    last().say({ kind: 'bye', word: 'closed' })
    last().die()
    expect(states.at(-1)).toEqual(['ended', 'closed'])
  })

  it('comes back after the server stopped', () => {
    enter()
    last().say({ kind: 'bye', word: 'stopping' })
    last().die()
    vi.advanceTimersByTime(300)
    expect(sockets).toHaveLength(2)
  })

  it('asks before taking over, once', () => {
    last().onopen?.()
    last().say({ kind: 'occupied' })
    expect(signal.state).toBe('occupied')
    vi.advanceTimersByTime(60_000)
    expect(sockets).toHaveLength(1)
    signal.takeOver()
    enter()
    expect(last().sent[0]).toMatchObject({ takeover: true })
    last().die()
    vi.advanceTimersByTime(300)
    enter()
    expect(last().sent[0]).toMatchObject({ takeover: false })
  })
})

describe('wishes and offers', () => {
  it('resolve on done and reject with the word of the refusal', async () => {
    enter()
    const granted = signal.wish({ type: 'Open' })
    const refused = signal.wish({ type: 'Close' })
    const [first, second] = last().sent.filter((f) => f.kind === 'wish')
    last().say({ kind: 'refusal', id: second!.id, word: 'not_allowed', text: '无权' })
    last().say({ kind: 'done', id: first!.id })
    await expect(granted).resolves.toBeUndefined()
    await expect(refused).rejects.toMatchObject({ word: 'not_allowed', message: '无权' })
  })

  it('bring the answer to the offer that asked for it', async () => {
    enter()
    const sdp = signal.offer('publish', 'v=0 offer')
    const offer = last().sent.find((f) => f.kind === 'offer')!
    last().say({ kind: 'answer', id: offer.id, sdp: 'v=0 answer' })
    await expect(sdp).resolves.toBe('v=0 answer')
  })

  it('are refused at once while the line is down and when it breaks', async () => {
    await expect(signal.wish({ type: 'Open' })).rejects.toBeInstanceOf(Refused)
    enter()
    const waiting = signal.wish({ type: 'Open' })
    last().die()
    await expect(waiting).rejects.toMatchObject({ word: 'offline' })
  })

  it('passes everything else on in order', () => {
    enter()
    last().say({ kind: 'reset' })
    last().say({ kind: 'caught_up', seq: 3 })
    expect(frames.map((f) => f.kind)).toEqual(['welcome', 'reset', 'caught_up'])
  })
})
