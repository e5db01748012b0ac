/** The line to the server: one WebSocket that comes back by itself, wishes and offers with answers. */
import { PROTOCOL_VERSION, type Command, type Down, type Up, type WelcomeFrame } from '@/core/protocol'

const PING_EVERY = 2_000
/** A ping that is not answered for so long: the line is dead, whatever TCP still hopes for. */
const DEAD_AFTER = 5_000
/** TCP repeats its first packet after 1 s, 3 s, 7 s: while the network is away, a fresh try finds it sooner. */
const DIAL_WITHIN = { usually: 2_000, everyFourth: 4_500 }
const BACK_OFF = { first: 300, soon: 800, last: 5_000, manyTries: 40 }
/** After these words nobody comes back by themselves: the server has said its last. */
const FINAL = new Set([
  'left',
  'taken_over',
  'replaced',
  'refused',
  'revoked',
  'ticket_forged',
  'ticket_expired',
  'ticket_revoked',
  'hearing_closed',
  'wrong_version',
])

export type LineState = 'connecting' | 'open' | 'lost' | 'occupied' | 'ended'
export type Plane = 'publish' | 'subscribe'

/** The part of a WebSocket this file needs, so that tests can hand in their own. */
export interface Socket {
  onopen: (() => void) | null
  onmessage: ((message: { data: string }) => void) | null
  onclose: ((closing: { code: number; reason: string }) => void) | null
  send(data: string): void
  close(code?: number): void
}

/** A wish that was not granted; `word` is stable, `message` is for people. */
export class Refused extends Error {
  constructor(readonly word: string, text: string) {
    super(text)
    this.name = 'Refused'
  }
}

export interface SignalOptions {
  url: string
  ticket: string
  device: string
  /** The last seq this screen has folded. */
  since: () => number
  /** The sitting is closed: a goodbye is then for good. */
  over?: () => boolean
  onFrame: (frame: Down) => void
  onState: (state: LineState, word: string) => void
  connect?: (url: string) => Socket
  random?: () => number
  now?: () => number
}

interface Pending {
  resolve: (sdp: string) => void
  reject: (reason: Refused) => void
}

const open = (url: string): Socket => new WebSocket(url) as unknown as Socket

export class Signal {
  state: LineState = 'connecting'
  private socket: Socket | null = null
  private pending = new Map<number, Pending>()
  private next = 1
  private tries = 0
  private takeover = false
  private byeWord = ''
  private welcomed = false
  private dialling = false
  /** Since when a ping waits for any sign of life; 0: none does. */
  private unansweredSince = 0
  private offset = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private pingTimer: ReturnType<typeof setInterval> | undefined
  private dialTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: SignalOptions) {}

  /** The server's clock, Unix ms. */
  now(): number {
    return this.localNow() + this.offset
  }

  start(): void {
    this.dial()
  }

  /** Grant of the dialog "use this device instead". */
  takeOver(): void {
    this.takeover = true
    this.tries = 0
    this.dial()
  }

  /** Try at once, e.g. when the browser says it is online again. */
  hurry(): void {
    if (this.state !== 'lost' && !this.dialling) return
    this.tries = 0
    this.dial()
  }

  close(): void {
    this.end('left')
  }

  wish(command: Command): Promise<void> {
    return this.ask((id) => ({ kind: 'wish', id, command }) as Up).then(() => undefined)
  }

  offer(plane: Plane, sdp: string): Promise<string> {
    return this.ask((id) => ({ kind: 'offer', id, plane, sdp }) as Up)
  }

  private ask(make: (id: number) => Up): Promise<string> {
    if (!this.socket || !this.welcomed) return Promise.reject(new Refused('offline', ''))
    const id = this.next++
    const answer = new Promise<string>((resolve, reject) => this.pending.set(id, { resolve, reject }))
    this.socket.send(JSON.stringify(make(id)))
    return answer
  }

  private localNow(): number {
    return (this.options.now ?? Date.now)()
  }

  private dial(): void {
    this.drop()
    this.byeWord = ''
    this.become('connecting')
    const socket = (this.options.connect ?? open)(this.options.url)
    this.socket = socket
    this.dialling = true
    const patience = this.tries % 4 === 3 ? DIAL_WITHIN.everyFourth : DIAL_WITHIN.usually
    this.dialTimer = setTimeout(() => this.lose(''), patience)
    socket.onopen = () => this.hello(socket)
    socket.onmessage = (message) => this.hear(message.data)
    socket.onclose = (closing) => this.lose(closing.reason)
    this.pingTimer = setInterval(() => this.beat(), PING_EVERY)
  }

  private hello(socket: Socket): void {
    this.dialling = false
    clearTimeout(this.dialTimer)
    this.unansweredSince = this.localNow()
    const { ticket, device, since } = this.options
    socket.send(
      JSON.stringify({ kind: 'hello', protocol: PROTOCOL_VERSION, ticket, device, since: since(), takeover: this.takeover }),
    )
  }

  private beat(): void {
    if (this.unansweredSince && this.localNow() - this.unansweredSince > DEAD_AFTER) {
      this.lose('')
    } else if (this.welcomed) {
      this.unansweredSince ||= this.localNow()
      this.socket?.send('{"kind":"ping"}')
    }
  }

  private hear(data: string): void {
    this.unansweredSince = 0
    const frame = JSON.parse(data) as Down
    switch (frame.kind) {
      case 'welcome':
        this.welcome(frame)
        break
      case 'occupied':
        this.drop()
        this.become('occupied')
        return
      case 'bye':
        this.byeWord = frame.word
        break
      case 'done':
        this.settle(frame.id)?.resolve('')
        return
      case 'answer':
        this.settle(frame.id)?.resolve(frame.sdp)
        return
      case 'refusal':
        this.settle(frame.id)?.reject(new Refused(frame.word, frame.text))
        return
      case 'pong':
        return
    }
    this.options.onFrame(frame)
  }

  private welcome(frame: WelcomeFrame): void {
    this.welcomed = true
    // A take-over was agreed to once; the next hello is an ordinary one.
    this.takeover = false
    this.tries = 0
    this.offset = frame.now - this.localNow()
    this.become('open')
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id)
    this.pending.delete(id)
    return pending
  }

  /** The socket is gone: for good when the server said why, otherwise try again after a pause. */
  private lose(reason: string): void {
    const word = this.byeWord || reason
    if (FINAL.has(word) || (word === 'closed' && this.options.over?.())) return this.end(word)
    this.drop()
    this.become('lost')
    this.retryTimer = setTimeout(() => this.dial(), this.pause())
  }

  private pause(): number {
    const longest = this.tries < BACK_OFF.manyTries ? BACK_OFF.soon : BACK_OFF.last
    const full = Math.min(longest, BACK_OFF.first * 2 ** this.tries++)
    return full * (0.5 + (this.options.random ?? Math.random)() / 2)
  }

  private end(word: string): void {
    this.drop()
    this.become('ended', word)
  }

  private drop(): void {
    clearTimeout(this.retryTimer)
    clearInterval(this.pingTimer)
    clearTimeout(this.dialTimer)
    this.dialling = false
    this.unansweredSince = 0
    const socket = this.socket
    this.socket = null
    this.welcomed = false
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    }
    for (const waiting of this.pending.values()) waiting.reject(new Refused('offline', ''))
    this.pending.clear()
  }

  private become(state: LineState, word = ''): void {
    this.state = state
    this.options.onState(state, word)
  }
}
