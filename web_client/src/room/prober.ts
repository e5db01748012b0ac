/**
 * Knocks at the server with small requests while the line is lost, and says when it answers.
 *
 * A WebSocket alone finds a network that is back late: TCP repeats its first packet after 1 s, 3 s, 7 s, and
 * browsers delay new sockets after failed ones by up to 5 s. Plain requests are not delayed.
 */
const EVERY = { soon: 700, later: 3_000, soonFor: 60_000 }
const PATIENCE = 2_500

export interface ProberOptions {
  /** Resolves when the server answered anything, rejects when it did not. */
  knock?: (patience: AbortSignal) => Promise<unknown>
  onAnswer: () => void
  random?: () => number
}

/** Any answer of the server will do, a refusal too, but not one of a proxy that does not reach it. */
async function knock(patience: AbortSignal): Promise<void> {
  const answer = await fetch('/assets/icon.svg', { method: 'HEAD', cache: 'no-store', credentials: 'omit', signal: patience })
  if (answer.status >= 502) throw new Error(answer.statusText)
}

export class Prober {
  private timer: ReturnType<typeof setTimeout> | undefined
  private began = 0
  private round = 0

  constructor(private readonly options: ProberOptions) {}

  /** Begin; does nothing while it is at it. */
  start(): void {
    if (this.timer !== undefined) return
    this.began = Date.now()
    this.next()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.round++
  }

  private next(): void {
    const every = Date.now() - this.began < EVERY.soonFor ? EVERY.soon : EVERY.later
    this.timer = setTimeout(() => {
      void this.ask(this.round)
      this.next()
    }, every * (0.75 + (this.options.random ?? Math.random)() / 2))
  }

  private async ask(round: number): Promise<void> {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), PATIENCE)
    try {
      await (this.options.knock ?? knock)(patience.signal)
      if (round === this.round) this.options.onAnswer()
    } catch {
      // No answer is what is expected while the network is away.
    } finally {
      clearTimeout(timer)
    }
  }
}
