import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Down, Up } from '@/core/protocol'
import { Refused, Signal, DOUBTED_WITHIN, type LineState, type Socket } from '@/room/signal'

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
let visit: number
let knocks: number
let answered: boolean
let signal: Signal
const last = () => sockets[sockets.length - 1]!

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  ;[sockets, states, frames, since, over, visit, knocks, answered] = [[], [], [], 0, false, 7000, 0, false]
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
    visit: () => ++visit,
    knock: async () => {
      knocks++
      if (!answered) throw new TypeError('no network')
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
      kind: 'hello', protocol: 1, ticket: 'T', device: 'device-1', since: 41, takeover: false, visit: 7001, attempt: 1,
    })
    expect(signal.state).toBe('open')
    expect(signal.now()).toBe(5_000_000)
  })

  it('comes back after 0.3, 0.6, 1.2 … at most 5 s and starts over once welcomed', () => {
    enter()
    const waits = [300, 600, 1200, 2400, 4800, 5000, 5000]
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

  it('gives a dial 5 s, and makes a fresh one when something says that the network is back', () => {
    enter()
    last().die()
    vi.advanceTimersByTime(300)
    const first = last()
    vi.advanceTimersByTime(400)
    signal.hurry()
    expect(first.closed).toBe(false)
    vi.advanceTimersByTime(400)
    signal.hurry()
    expect(first.closed).toBe(true)
    const second = last()
    vi.advanceTimersByTime(4_900)
    expect(second.closed).toBe(false)
    vi.advanceTimersByTime(200)
    expect(second.closed).toBe(true)
    expect(signal.state).toBe('lost')
  })

  it('asks by small requests while it is lost, and dials once for an answer, however slow the network', async () => {
    enter()
    last().die()
    vi.advanceTimersByTime(300)
    await vi.advanceTimersByTimeAsync(1_800)
    expect(knocks).toBeGreaterThanOrEqual(1)
    const count = sockets.length
    answered = true
    await vi.advanceTimersByTimeAsync(1_000)
    expect(sockets).toHaveLength(count + 1)
    const asked = knocks
    await vi.advanceTimersByTimeAsync(3_000)
    expect([sockets.length, knocks]).toEqual([count + 1, asked])
    enter()
    expect(signal.state).toBe('open')
    await vi.advanceTimersByTimeAsync(4_000)
    expect(knocks).toBe(asked)
  })

  it('finds out within 1.5 s whether the line is alive', async () => {
    expect(await signal.alive()).toBe(false)
    enter()
    const [one, other] = [signal.check(), signal.alive()]
    expect(last().sent.filter((f) => f.kind === 'ping')).toHaveLength(1)
    last().say({ kind: 'pong' })
    expect([await one, await other]).toEqual([true, true])
    vi.advanceTimersByTime(10)
    const third = signal.check()
    vi.advanceTimersByTime(1_600)
    expect(await third).toBe(false)
    expect(states.slice(-2).map(([state]) => state)).toEqual(['lost', 'connecting'])
  })

  it('finds out sooner when more speaks against the line, and tries another at once', async () => {
    enter()
    const first = signal.alive()
    vi.advanceTimersByTime(100)
    const second = signal.alive(DOUBTED_WITHIN)
    vi.advanceTimersByTime(DOUBTED_WITHIN - 1)
    expect(signal.state).toBe('open')
    vi.advanceTimersByTime(1)
    expect([await first, await second]).toEqual([false, false])
    expect(signal.state).toBe('lost')
    vi.advanceTimersByTime(1)
    expect(sockets).toHaveLength(2)
    enter()
    const third = signal.check(true)
    const fourth = signal.check()
    vi.advanceTimersByTime(DOUBTED_WITHIN - 50)
    last().say({ kind: 'pong' })
    expect([await third, await fourth]).toEqual([true, true])
    vi.advanceTimersByTime(1_900)
    expect(signal.state).toBe('open')
  })

  it('numbers its attempts, and a granted take-over makes this page the latest', () => {
    enter()
    last().die()
    vi.advanceTimersByTime(300)
    enter()
    expect(last().sent[0]).toMatchObject({ visit: 7001, attempt: 2 })
    last().say({ kind: 'occupied' })
    signal.takeOver()
    enter()
    expect(last().sent[0]).toMatchObject({ visit: 7002, attempt: 3, takeover: true })
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
