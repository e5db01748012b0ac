/** The line to the server: one WebSocket that comes back by itself, wishes and offers with answers. */
import { MAX_FRAME_BYTES, PROTOCOL_VERSION, type Command, type Down, type Up, type ViewFrame, type WelcomeFrame } from '@/core/protocol'
import { Prober, type ProberOptions } from './prober'

const PING_EVERY = 2_000
/** A ping that is not answered for so long: the line is dead, whatever TCP still hopes for. */
const DEAD_AFTER = 5_000
/** The same when something else says that the network may have changed, */
const CHECKED_WITHIN = 1_500
/** and when more speaks against the line: it is another network, or nobody is heard or seen any more. */
export const DOUBTED_WITHIN = 700
const DIAL_WITHIN = 5_000
/** A dial younger than this was sent on the network that has just come back. */
const FRESH = 500
const BACK_OFF = { first: 300, last: 5_000 }
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
export type Plane = 'publish' | 'subscribe' | 'screen'
export type View = Required<Omit<ViewFrame, 'kind'>>

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
  /** When this page was opened; greater for a later page of this device. */
  visit?: () => number
  /** The last seq this screen has folded. */
  since: () => number
  /** The sitting is closed: a goodbye is then for good. */
  over?: () => boolean
  onFrame: (frame: Down) => void
  onState: (state: LineState, word: string) => void
  connect?: (url: string) => Socket
  knock?: ProberOptions['knock']
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
  /** Since when a socket is being opened; 0: none is. */
  private diallingSince = 0
  /** Since when a ping waits for any sign of life; 0: none does. */
  private unansweredSince = 0
  private visit: number
  private attempts = 0
  private checks: ((alive: boolean) => void)[] = []
  private checkTimer: ReturnType<typeof setTimeout> | undefined
  private checkEnds = 0
  private readonly prober: Prober
  private offset = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private pingTimer: ReturnType<typeof setInterval> | undefined
  private dialTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: SignalOptions) {
    this.visit = options.visit?.() ?? 0
    this.prober = new Prober({ knock: options.knock, onAnswer: () => this.answered(), random: options.random })
  }

  /** The server's clock, Unix ms. */
  now(): number {
    return this.localNow() + this.offset
  }

  start(): void {
    this.dial()
  }

  /** Grant of the dialog "use this device instead": from now on this page is the latest of the device. */
  takeOver(): void {
    this.takeover = true
    this.visit = this.options.visit?.() ?? 0
    this.tries = 0
    this.dial()
  }

  /** Try at once, because something says that the network is back. */
  hurry(): void {
    const stuck = this.state === 'connecting' && this.diallingSince > 0 && this.localNow() - this.diallingSince > FRESH
    if (this.state !== 'lost' && !stuck) return
    this.tries = 0
    this.dial()
  }

  /** A request got through. One dial is made for it, and that one is given its time, however slow the network. */
  private answered(): void {
    this.prober.stop()
    this.hurry()
  }

  /** Something says that the network changed: find out at once what still carries. */
  check(moved = false): Promise<boolean> {
    this.hurry()
    return this.alive(moved ? DOUBTED_WITHIN : CHECKED_WITHIN)
  }

  /** True when the line answers, false when it does not and is lost now, or was before. */
  alive(patience = CHECKED_WITHIN): Promise<boolean> {
    if (this.state !== 'open') return Promise.resolve(false)
    const answer = new Promise<boolean>((resolve) => this.checks.push(resolve))
    const ends = this.localNow() + patience
    if (this.checks.length === 1) this.ping()
    if (this.checks.length === 1 || ends < this.checkEnds) {
      clearTimeout(this.checkTimer)
      this.checkEnds = ends
      // A new line may lead another way: it is tried at once.
      this.checkTimer = setTimeout(() => this.lose('', 0), patience)
    }
    return answer
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

  /** Whose pictures to send first, how many at most, and how large; said in passing, nothing answers. */
  view(wanted: View): void {
    if (this.socket && this.welcomed) this.socket.send(JSON.stringify({ kind: 'view', ...wanted } satisfies Up))
  }

  /** Where I point on the page that is shown; said in passing. */
  point(at: { showing: number; page: number; x: number; y: number }): void {
    if (this.socket && this.welcomed) this.socket.send(JSON.stringify({ kind: 'point', ...at } satisfies Up))
  }

  /** Which line of the minutes I have open; said in passing, and again on a new line. */
  atLine(line: string): void {
    if (this.socket && this.welcomed) this.socket.send(JSON.stringify({ kind: 'at_line', line } satisfies Up))
  }

  private ask(make: (id: number) => Up): Promise<string> {
    if (!this.socket || !this.welcomed) return Promise.reject(new Refused('offline', ''))
    const id = this.next++
    const frame = JSON.stringify(make(id))
    // A longer one would end the line, and everything else that waits on it.
    if (new TextEncoder().encode(frame).length > MAX_FRAME_BYTES) return Promise.reject(new Refused('too_large', ''))
    const answer = new Promise<string>((resolve, reject) => this.pending.set(id, { resolve, reject }))
    this.socket.send(frame)
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
    this.diallingSince = this.localNow()
    this.dialTimer = setTimeout(() => this.lose(''), DIAL_WITHIN)
    socket.onopen = () => this.hello(socket)
    socket.onmessage = (message) => this.hear(message.data)
    socket.onclose = (closing) => this.lose(closing.reason)
    this.pingTimer = setInterval(() => this.beat(), PING_EVERY)
  }

  private hello(socket: Socket): void {
    this.diallingSince = 0
    clearTimeout(this.dialTimer)
    this.unansweredSince = this.localNow()
    const { ticket, device, since } = this.options
    const order = { visit: this.visit, attempt: ++this.attempts }
    const frame = { kind: 'hello', protocol: PROTOCOL_VERSION, ticket, device, since: since(), takeover: this.takeover }
    socket.send(JSON.stringify({ ...frame, ...order }))
  }

  private beat(): void {
    if (this.unansweredSince && this.localNow() - this.unansweredSince > DEAD_AFTER) {
      this.lose('')
    } else if (this.welcomed) {
      this.ping()
    }
  }

  private ping(): void {
    this.unansweredSince ||= this.localNow()
    this.socket?.send('{"kind":"ping"}')
  }

  private checked(alive: boolean): void {
    clearTimeout(this.checkTimer)
    for (const tell of this.checks.splice(0)) tell(alive)
  }

  private hear(data: string): void {
    this.unansweredSince = 0
    this.checked(true)
    const frame = JSON.parse(data) as Down
    switch (frame.kind) {
      case 'welcome':
        this.welcome(frame)
        break
      case 'occupied':
        this.drop()
        this.prober.stop()
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
    this.prober.stop()
    this.offset = frame.now - this.localNow()
    this.become('open')
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id)
    this.pending.delete(id)
    return pending
  }

  /** The socket is gone: for good when the server said why, otherwise try again after a pause. */
  private lose(reason: string, pause?: number): void {
    const word = this.byeWord || reason
    if (FINAL.has(word) || (word === 'closed' && this.options.over?.())) return this.end(word)
    this.drop()
    this.become('lost')
    this.prober.start()
    this.retryTimer = setTimeout(() => this.dial(), pause ?? this.pause())
  }

  private pause(): number {
    const full = Math.min(BACK_OFF.last, BACK_OFF.first * 2 ** this.tries++)
    return full * (0.5 + (this.options.random ?? Math.random)() / 2)
  }

  private end(word: string): void {
    this.drop()
    this.prober.stop()
    this.become('ended', word)
  }

  private drop(): void {
    clearTimeout(this.retryTimer)
    clearInterval(this.pingTimer)
    clearTimeout(this.dialTimer)
    this.diallingSince = 0
    this.unansweredSince = 0
    this.checked(false)
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
