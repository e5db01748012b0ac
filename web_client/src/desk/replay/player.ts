/** Many tracks, one clock: every element is led to where the master says, never the other way round. */

/** The part of an HTMLMediaElement that is used. */
export interface Playable {
  src: string
  currentTime: number
  playbackRate: number
  readonly paused: boolean
  readonly seeking: boolean
  readonly readyState: number
  play(): Promise<void>
  pause(): void
}

export interface Piece {
  url: string
  start_ms: number
  duration_ms: number
}

const NUDGE_FROM = 0.12
const SEEK_FROM = 0.6
const NUDGE = 0.08
const STILL = 0.06
/** So long before its first moment a track already shows it, standing still. */
export const LEAD_MS = 800
/** A track that does not load in this time no longer holds the others up. */
const PATIENCE_MS = 4_000

/** One track's element, which follows a position. */
export class TrackPlayer {
  private piece: Piece | null = null
  private ended = false

  constructor(
    readonly element: Playable,
    private readonly pieces: readonly Piece[],
  ) {}

  at(position: number): Piece | undefined {
    return this.pieces.find((p) => position >= p.start_ms - LEAD_MS && position < p.start_ms + p.duration_ms)
  }

  /** Bring the element to the position; true while it has no picture or sound of it yet. */
  follow(position: number, playing: boolean, rate: number): boolean {
    const piece = this.at(position)
    if (!piece) {
      if (!this.element.paused) this.element.pause()
      return false
    }
    const wanted = Math.max(0, position - piece.start_ms) / 1000
    const moving = playing && position >= piece.start_ms
    if (this.load(piece, wanted)) return true
    const ahead = this.element.currentTime - wanted
    if (!this.element.seeking) this.correct(ahead, wanted, moving, rate)
    if (moving && this.element.paused && !this.ended) {
      void this.element.play().catch(() => (this.ended = true))
    } else if (!moving && !this.element.paused) this.element.pause()
    return this.element.seeking || this.element.readyState < 2
  }

  release(): void {
    this.element.pause()
    this.piece = null
  }

  private load(piece: Piece, wanted: number): boolean {
    if (this.piece === piece) return false
    this.piece = piece
    this.ended = false
    this.element.src = piece.url
    this.element.currentTime = wanted
    return true
  }

  private correct(ahead: number, wanted: number, playing: boolean, rate: number): void {
    const off = Math.abs(ahead)
    if (off > (playing ? SEEK_FROM : STILL)) {
      this.element.currentTime = wanted
      this.element.playbackRate = rate
    } else {
      const pace = playing && off > NUDGE_FROM ? rate * (1 - Math.sign(ahead) * NUDGE) : rate
      if (this.element.playbackRate !== pace) this.element.playbackRate = pace
    }
  }
}

/** The master clock. */
export class Player {
  position = 0
  playing = false
  rate = 1
  waiting = false
  private readonly tracks = new Map<string, TrackPlayer>()
  private lastTick: number | null = null
  private waitingSince: number | null = null

  constructor(private length = 0) {}

  setLength(ms: number): void {
    this.length = ms
  }

  add(id: string, element: Playable, pieces: readonly Piece[]): void {
    this.tracks.set(id, new TrackPlayer(element, pieces))
  }

  remove(id: string): void {
    this.tracks.get(id)?.release()
    this.tracks.delete(id)
  }

  play(): void {
    if (this.position >= this.length) this.position = 0
    this.playing = true
  }

  pause(): void {
    this.playing = false
  }

  seek(ms: number): void {
    this.position = Math.max(0, Math.min(this.length, ms))
    this.waitingSince = null
  }

  /** Move on by the time that has passed; call some twenty times a second. */
  tick(now: number): void {
    const passed = this.lastTick === null ? 0 : now - this.lastTick
    this.lastTick = now
    if (this.playing && !this.waiting) this.position = Math.min(this.length, this.position + passed * this.rate)
    if (this.playing && this.position >= this.length) this.playing = false
    let late = false
    for (const track of this.tracks.values()) late = track.follow(this.position, this.playing && !this.waiting, this.rate) || late
    this.waiting = this.holdFor(late, now)
  }

  private holdFor(late: boolean, now: number): boolean {
    if (!late) this.waitingSince = null
    else this.waitingSince ??= now
    return this.waitingSince !== null && now - this.waitingSince < PATIENCE_MS
  }
}
