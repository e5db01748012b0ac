/** This device's media: one connection up, one down, and who is on which slot. */
import type { Slot } from '@/core/protocol'
import { OPUS, RED, VIDEO, prefer } from './codecs'
import { Connection, type ConnectionState } from './connection'
import { encodings } from './layers'
import { Pulse } from './pulse'
import { Sampler, type Quality } from './sampler'
import type { Plane } from './signal'

const SLOTS = 9
const FEEL_EVERY = 250

export interface PeerOptions {
  offer: (plane: Plane, sdp: string) => Promise<string>
  /** Filled in by track id `<participant>.<source>`; a person's stream stays the same object. */
  streams: Map<string, MediaStream>
  /** What is to be heard, one per line whoever speaks on it: a voice that begins waits for no player. */
  voices: Map<string, MediaStream>
  onState: (plane: Plane, state: ConnectionState) => void
  /** Whether the server takes the camera's picture in none of this browser's formats; sound flows all the same. */
  onRefused?: (refused: boolean) => void
  onSample: (frames: ReadonlyMap<string, number>, quality: Quality) => void
  /** Nothing comes any more, which may be all right. */
  onSilence?: () => void
  /** Relays for both connections, where UDP does not reach the server. */
  relays?: () => Promise<RTCIceServer[]>
  /** Whether the line to the server proves alive; when it comes back, `revive` has to be called. */
  reachable?: () => Promise<boolean>
  create?: (iceServers: RTCIceServer[]) => RTCPeerConnection
}

export class Peer {
  private readonly publishing: Connection
  private readonly subscribing: Connection
  private readonly sampler = new Sampler()
  private readonly pulse = new Pulse()
  private slots: Slot[] = []
  private own: MediaStream | null = null
  private sampling: ReturnType<typeof setInterval> | undefined
  private feeling: ReturnType<typeof setInterval> | undefined

  constructor(private readonly options: PeerOptions) {
    this.publishing = this.connection('publish', (pc) => preparePublish(pc, this.own))
    this.subscribing = this.connection('subscribe', (pc) => this.prepareSubscribe(pc))
  }

  /** Make both connections anew, e.g. after the media worker was replaced. */
  connect(): void {
    void this.publishing.renew()
    void this.subscribing.renew()
    this.sampling ??= setInterval(() => void this.sample(), 1_000)
    this.feeling ??= setInterval(() => this.feel(), FEEL_EVERY)
  }

  /** The server asks for a new connection: another codec suits those who watch better. */
  renew(plane: string): void {
    if (!this.sampling) return
    if (plane === 'publish') void this.publishing.succeed()
    if (plane === 'subscribe') void this.subscribing.renew()
  }

  /** After the line came back: keep what still flows, replace what does not. */
  revive(live: boolean): void {
    if (live && this.sampling) this.mend()
    else this.connect()
  }

  /** Replace whichever connection does not flow and does not come back by itself. */
  mend(): void {
    void this.publishing.mend()
    void this.subscribing.mend()
  }

  /** The line is dead: what does not come back before it does is replaced at once. */
  condemn(): void {
    this.publishing.condemn()
    this.subscribing.condemn()
  }

  /** Send these tracks; a new kind of track needs a new connection, another device does not. */
  async send(stream: MediaStream | null): Promise<void> {
    this.own = stream
    const pc = this.publishing.pc
    if (!pc) {
      if (this.sampling) await this.publishing.renew()
      return
    }
    for (const kind of ['audio', 'video'] as const) {
      const track = stream?.getTracks().find((t) => t.kind === kind) ?? null
      const sender = pc.getTransceivers().find((t) => t.receiver.track.kind === kind)?.sender
      if (sender) await sender.replaceTrack(track)
      else if (track) return this.publishing.renew()
    }
  }

  /** The server says who is on which m-line now. */
  bind(slots: Slot[]): void {
    this.slots = slots
    const wanted = new Map<string, MediaStreamTrack>()
    for (const slot of slots) {
      const track = slot.participant ? this.receiverTrack(slot.mid) : undefined
      if (track) wanted.set(`${slot.participant}.${slot.source}`, track)
    }
    for (const [id, stream] of this.options.streams) {
      if (wanted.has(id)) continue
      for (const track of stream.getTracks()) stream.removeTrack(track)
      this.options.streams.delete(id)
    }
    for (const [id, track] of wanted) this.carry(id, track)
  }

  close(): void {
    clearInterval(this.sampling)
    clearInterval(this.feeling)
    this.sampling = this.feeling = undefined
    this.publishing.close()
    this.subscribing.close()
    this.bind([])
    this.options.voices.clear()
  }

  private connection(plane: Plane, prepare: (pc: RTCPeerConnection) => boolean): Connection {
    return new Connection({
      prepare,
      exchange: async (sdp) => {
        const answer = await this.options.offer(plane, sdp)
        // Slots may have been told before the answer: they hold for the new m-lines.
        if (plane === 'subscribe') queueMicrotask(() => this.bind(this.slots))
        return answer
      },
      onState: (state) => {
        if (plane === 'publish' && state === 'up') this.options.onRefused?.(this.refused())
        this.options.onState(plane, state)
      },
      busy: () => plane === 'publish' || this.slots.some((slot) => slot.participant),
      relays: this.options.relays,
      reachable: this.options.reachable,
      create: this.options.create,
    })
  }

  private refused(): boolean {
    const lines = this.publishing.pc?.getTransceivers() ?? []
    // A rejected line is stopped, and a stopped one is not listed any more.
    const sent = lines.some(({ sender, currentDirection }) => sender.track?.kind === 'video' && currentDirection === 'sendonly')
    return !!this.own?.getVideoTracks().length && !sent
  }

  private prepareSubscribe(pc: RTCPeerConnection): boolean {
    for (const kind of ['audio', 'video'] as const) {
      const wanted = kind === 'audio' ? [OPUS, RED] : VIDEO
      for (let n = 0; n < SLOTS; n++) {
        const transceiver = pc.addTransceiver(kind, { direction: 'recvonly' })
        prefer(transceiver, kind, wanted)
        if (kind === 'audio') this.options.voices.set(String(n), new MediaStream([transceiver.receiver.track]))
      }
    }
    return true
  }

  private receiverTrack(mid: string): MediaStreamTrack | undefined {
    return this.subscribing.pc?.getTransceivers().find((t) => t.mid === mid)?.receiver.track
  }

  private carry(id: string, track: MediaStreamTrack): void {
    let stream = this.options.streams.get(id)
    if (!stream) this.options.streams.set(id, (stream = new MediaStream()))
    for (const old of stream.getTracks()) if (old !== track) stream.removeTrack(old)
    if (!stream.getTracks().length) stream.addTrack(track)
  }

  private async sample(): Promise<void> {
    const [down, up] = await Promise.all([this.subscribing.pc?.getStats(), this.publishing.pc?.getStats()])
    const quality = this.sampler.take(this.slots, down, up)
    this.options.onSample(this.sampler.frames, quality)
  }

  private feel(): void {
    const taken = new Set(this.slots.filter((slot) => slot.participant).map((slot) => slot.mid))
    const lines = (this.subscribing.pc?.getTransceivers() ?? []).filter((line) => line.mid !== null && taken.has(line.mid))
    if (this.pulse.feel(lines.map((line) => line.receiver), Date.now())) this.options.onSilence?.()
  }
}

function preparePublish(pc: RTCPeerConnection, stream: MediaStream | null): boolean {
  const microphone = stream?.getAudioTracks()[0]
  const camera = stream?.getVideoTracks()[0]
  if (!stream || (!microphone && !camera)) return false
  if (microphone) {
    // The first is sent: each packet carries the one before it, and a single loss is not heard.
    prefer(pc.addTransceiver(microphone, { direction: 'sendonly', streams: [stream] }), 'audio', [RED, OPUS])
  }
  if (camera) {
    const sendEncodings = encodings(camera.getSettings?.() ?? {})
    prefer(pc.addTransceiver(camera, { direction: 'sendonly', streams: [stream], sendEncodings }), 'video', VIDEO)
  }
  return true
}
