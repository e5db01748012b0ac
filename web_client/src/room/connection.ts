/** One RTCPeerConnection that is replaced by a new one whenever it dies: the server knows no ICE restart. */

/** A connection that lost its path often finds it again by itself, while the server waits on its side. */
const RECOVERS_WITHIN = 700
const CONNECT_WITHIN = 10_000
/** Packets of a new connection are a moment behind it. */
const LINGERS = 1_000
const BACK_OFF = { first: 500, last: 5_000 }

export type ConnectionState = 'idle' | 'connecting' | 'up' | 'down'

export interface ConnectionOptions {
  /** Put the m-lines on a fresh connection; false: nothing to carry, no connection needed. */
  prepare: (pc: RTCPeerConnection) => boolean
  /** Send the offer, bring the answer; a rejection is tried again later. */
  exchange: (sdp: string) => Promise<string>
  onState: (state: ConnectionState) => void
  /** Whether packets have to come now; without them a connection that stands tells nothing. */
  busy?: () => boolean
  /** Relays for this connection; an empty list where there are none. */
  relays?: () => Promise<RTCIceServer[]>
  /** Whether an offer would reach the server. While not, the old connection stays: it may come back by itself. */
  reachable?: () => Promise<boolean>
  create?: (iceServers: RTCIceServer[]) => RTCPeerConnection
  random?: () => number
}

const create = (iceServers: RTCIceServer[]): RTCPeerConnection =>
  new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers })

export class Connection {
  pc: RTCPeerConnection | null = null
  state: ConnectionState = 'idle'
  private generation = 0
  private tries = 0
  /** An offer is made or under way: its answer, or the loss of the line, leads on. */
  private offering = false
  private timer: ReturnType<typeof setTimeout> | undefined
  /** The one before, which carries on until this one does. */
  private before: RTCPeerConnection | null = null
  /** What had come by the time the line was dead; none while nothing speaks against this connection. */
  private condemned: Promise<number> | undefined

  constructor(private readonly options: ConnectionOptions) {}

  /** The line is dead and nothing comes here: unless something does until the line is back, this is replaced. */
  condemn(): void {
    if (this.pc) this.condemned = received(this.pc)
  }

  /** Replace what does not flow; whatever may still come up or come back by itself is given its time. */
  async mend(): Promise<void> {
    if (this.state === 'idle' || this.offering) return
    const { generation, condemned } = this
    this.condemned = undefined
    const dead = condemned !== undefined && (await condemned) === (await received(this.pc))
    if (generation !== this.generation) return
    if (dead) return this.renew()
    if (this.healthy) {
      if (this.options.busy?.() ?? true) void this.prove()
    } else if (this.state === 'down') void this.renew()
    else this.later(RECOVERS_WITHIN)
  }

  /** Throw the old connection away and make a new one. */
  async renew(): Promise<void> {
    this.discard()
    this.offering = true
    const generation = this.generation
    const relays = (await this.options.relays?.()) ?? []
    if (generation !== this.generation) return
    const pc = (this.options.create ?? create)(relays)
    if (!this.options.prepare(pc)) {
      pc.close()
      this.offering = false
      return this.become('idle')
    }
    this.pc = pc
    this.become('connecting')
    pc.onconnectionstatechange = () => this.watch(pc)
    try {
      // No waiting for candidates: the server learns where we are from our checks.
      await pc.setLocalDescription(await pc.createOffer())
      const sdp = await this.options.exchange(pc.localDescription!.sdp)
      if (generation !== this.generation) return
      await pc.setRemoteDescription({ type: 'answer', sdp })
      if (generation !== this.generation) return
      this.offering = false
      if (this.state === 'connecting') this.later(CONNECT_WITHIN)
    } catch {
      if (generation === this.generation) this.fail()
    }
  }

  /** Make a new one beside the one that flows: nothing is missed in between. */
  async succeed(): Promise<void> {
    if (this.pc && this.state === 'up' && this.healthy) {
      this.before?.close()
      this.before = this.pc
      this.before.onconnectionstatechange = null
      this.pc = null
    }
    await this.renew()
  }

  /** Whether media may flow without a new connection. */
  get healthy(): boolean {
    return this.state === 'idle' || this.pc?.connectionState === 'connected'
  }

  close(): void {
    this.discard()
    this.release(this.before)
    this.become('idle')
  }

  private watch(pc: RTCPeerConnection): void {
    if (pc !== this.pc) return
    if (pc.connectionState === 'connected') {
      clearTimeout(this.timer)
      this.tries = 0
      this.become('up')
      const { before } = this
      if (before) setTimeout(() => this.release(before), LINGERS)
    } else if (pc.connectionState === 'failed') {
      this.fail()
    } else if (pc.connectionState === 'disconnected') {
      this.later(RECOVERS_WITHIN)
      // Whether the rest of the line is dead too is found out meanwhile.
      void this.options.reachable?.()
    }
  }

  /** A browser believes in a connection for seconds after its path is gone: replace one on which nothing comes. */
  private async prove(): Promise<void> {
    const { generation, pc } = this
    const before = await received(pc)
    await new Promise((resolve) => setTimeout(resolve, RECOVERS_WITHIN))
    const after = await received(pc)
    if (generation === this.generation && this.healthy && after === before) await this.renew()
  }

  private fail(): void {
    this.offering = false
    this.become('down')
    const most = Math.min(BACK_OFF.last, BACK_OFF.first * 2 ** this.tries++)
    this.later(most * (0.75 + (this.options.random ?? Math.random)() / 4))
  }

  private later(delay: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.doubt(this.generation), delay)
  }

  /** Renew what still does not flow, unless the whole line is down: when that is back, `mend` is called. */
  private async doubt(generation: number): Promise<void> {
    const reachable = (await this.options.reachable?.()) ?? true
    if (reachable && generation === this.generation && !this.healthy && !this.offering) await this.renew()
  }

  private release(before: RTCPeerConnection | null): void {
    before?.close()
    if (before === this.before) this.before = null
  }

  private discard(): void {
    this.generation++
    this.offering = false
    this.condemned = undefined
    clearTimeout(this.timer)
    if (!this.pc) return
    this.pc.onconnectionstatechange = null
    this.pc.close()
    this.pc = null
  }

  private become(state: ConnectionState): void {
    if (state === this.state) return
    this.state = state
    this.options.onState(state)
  }
}

/** Everything that ever came on a connection, the answers to its checks too; NaN where a browser does not tell. */
async function received(pc: RTCPeerConnection | null): Promise<number> {
  let bytes = NaN
  const report = await pc?.getStats()
  report?.forEach((entry: { type: string; bytesReceived?: number }) => {
    // Firefox counts by candidate pair only; that others count twice does no harm.
    if (entry.type !== 'transport' && entry.type !== 'candidate-pair') return
    if (entry.bytesReceived !== undefined) bytes = (bytes || 0) + entry.bytesReceived
  })
  return bytes
}
