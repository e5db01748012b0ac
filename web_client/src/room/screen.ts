/** One's own screen or document: captured, sent on a connection of its own, ended from many sides. */
import { Connection } from './connection'
import { prefer, VIDEO } from './codecs'

/** Letters must stay sharp, and few pictures a second are enough: one layer, which slows down for a weak line. */
const ENCODING: RTCRtpEncodingParameters = { maxBitrate: 1_500_000, maxFramerate: 15 }
const WISH: DisplayMediaStreamOptions = { video: { frameRate: { ideal: 10, max: 15 } }, audio: false }

export type ScreenTrouble = 'denied' | 'missing' | 'failed'

/** The browser has nothing to share, or the person chose nothing. */
export class NoScreen extends Error {
  constructor(readonly trouble: ScreenTrouble) {
    super(trouble)
    this.name = 'NoScreen'
  }
}

export interface ScreenOptions {
  offer: (sdp: string) => Promise<string>
  /** May my screen be shown? A rejection says why not. */
  ask: () => Promise<void>
  /** Tell that it ended here. */
  end: () => Promise<void>
  onChange: (stream: MediaStream | null) => void
  /** The server's word ended it: somebody took over, the chair stopped it, a recess. */
  onStopped: () => void
  relays?: () => Promise<RTCIceServer[]>
  reachable?: () => Promise<boolean>
  create?: (iceServers: RTCIceServer[]) => RTCPeerConnection
}

/** In place of a camera's id: the one on a phone's back. */
export const REAR = 'environment'

/** Phones mostly cannot. */
export const canShare = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === 'function'

export class Screen {
  private stream: MediaStream | null = null
  private granted = false
  private disowned = false
  private readonly connection: Connection

  constructor(private readonly options: ScreenOptions) {
    this.connection = new Connection({
      prepare: (pc) => this.prepare(pc),
      exchange: options.offer,
      onState: () => undefined,
      relays: options.relays,
      reachable: options.reachable,
      create: options.create,
    })
  }

  /** Choose a screen, or show what a document camera sees (a press of a button must have led here) and show it; `NoScreen` or a refusal. */
  async share(camera = ''): Promise<void> {
    if (this.stream) return
    const stream = camera ? await documentCamera(camera) : await captured()
    this.stream = stream
    try {
      await this.options.ask()
    } catch (error) {
      this.drop()
      throw error
    }
    if (this.stream !== stream) return
    this.granted = true
    // The browser's own "stop sharing", or the window that was shown is closed.
    stream.getVideoTracks()[0]?.addEventListener('ended', () => void this.stop())
    this.options.onChange(stream)
    await this.connection.renew()
  }

  /** End it from here. */
  async stop(): Promise<void> {
    if (!this.stream) return
    this.drop()
    await this.options.end().catch(() => undefined)
  }

  /** What the journal says of my screen; what it does not know of any more is not sent any more. */
  heed(shared: boolean): void {
    if (this.granted && !shared) {
      this.drop()
      this.options.onStopped()
    } else if (shared && !this.stream && !this.disowned) {
      // This page was loaded anew: what it showed before is gone.
      this.disowned = true
      void this.options.end().catch(() => undefined)
    }
    if (!shared) this.disowned = false
  }

  /** The line is dead. */
  condemn(): void {
    this.connection.condemn()
  }

  /** After the line or the media worker came back. */
  revive(live: boolean): void {
    if (!this.granted) return
    if (live) void this.connection.mend()
    else void this.connection.renew()
  }

  close(): void {
    this.drop()
  }

  private drop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    const shown = this.granted
    this.stream = null
    this.granted = false
    this.connection.close()
    if (shown) this.options.onChange(null)
  }

  private prepare(pc: RTCPeerConnection): boolean {
    const track = this.stream?.getVideoTracks()[0]
    if (!this.stream || !track) return false
    const to: RTCRtpTransceiverInit = { direction: 'sendonly', streams: [this.stream], sendEncodings: [ENCODING] }
    const transceiver = pc.addTransceiver(track, to)
    prefer(transceiver, 'video', VIDEO)
    keepSize(transceiver.sender)
    return true
  }
}

/** A camera over the table: every letter counts, few pictures a second do. */
async function documentCamera(id: string): Promise<MediaStream> {
  try {
    const which = id === REAR ? { facingMode: { exact: REAR } } : { deviceId: { exact: id } }
    const video = { ...which, width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 10, max: 15 } }
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false })
    for (const track of stream.getVideoTracks()) track.contentHint = 'detail'
    return stream
  } catch (error) {
    const name = (error as DOMException).name
    throw new NoScreen(name === 'NotAllowedError' ? 'denied' : name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'failed')
  }
}

/** On a weak line or device rather fewer pictures than smaller ones; where a browser knows no such wish, the track's hint says it. */
function keepSize(sender: RTCRtpSender): void {
  try {
    const wanted = { ...sender.getParameters(), degradationPreference: 'maintain-resolution' }
    void sender.setParameters(wanted as RTCRtpSendParameters).catch(() => undefined)
  } catch {
    // An old browser.
  }
}

async function captured(): Promise<MediaStream> {
  if (!canShare()) throw new NoScreen('missing')
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getDisplayMedia(WISH)
  } catch (error) {
    throw new NoScreen((error as DOMException).name === 'NotAllowedError' ? 'denied' : 'failed')
  }
  for (const track of stream.getVideoTracks()) track.contentHint = 'detail'
  return stream
}
