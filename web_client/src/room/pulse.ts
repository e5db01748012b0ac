/** Whether anybody is still heard or seen, felt often and cheaply; pure, time comes in. */

/** Voices come 50 times a second, silence at least every 400 ms: after so long without any it is worth asking. */
const SILENT_AFTER = 500

/** What this file needs of a receiver: when what it plays now came. */
export interface Receiver {
  getSynchronizationSources?: () => { timestamp: number }[]
}

export class Pulse {
  private newest = 0
  private movedAt = 0
  private asked = true

  /** Call a few times a second. True once when nothing comes any more, after something had come. */
  feel(receivers: readonly Receiver[], now: number): boolean {
    const newest = latest(receivers, this.newest)
    if (newest !== this.newest) {
      this.newest = newest
      this.movedAt = now
      // Lines on which nobody is any more do not fall silent.
      this.asked = newest === 0
    }
    if (this.asked || now - this.movedAt < SILENT_AFTER) return false
    this.asked = true
    return true
  }
}

/** The first moment that is news; else the latest of all, 0 for none. Each one asked costs a moment of waiting. */
function latest(receivers: readonly Receiver[], known: number): number {
  let found = 0
  for (const receiver of receivers) {
    for (const { timestamp } of receiver.getSynchronizationSources?.() ?? []) found = Math.max(found, timestamp)
    if (found > known) return found
  }
  return found
}
