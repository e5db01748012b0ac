/** A bell that rings until it is told to stop; a browser that wants a press first stays silent, the screen does not. */
import { strike } from '@/core/tones'

const TONES = [880, 659]
const STROKE_S = 0.35
const EVERY_MS = 1_800

export function startBell(Context: typeof AudioContext | undefined = window.AudioContext): () => void {
  if (!Context) return () => undefined
  const context = new Context()
  void context.resume().catch(() => undefined)
  const ring = () => TONES.forEach((frequency, n) => strike(context, frequency, context.currentTime + n * STROKE_S, STROKE_S, 0.25))
  ring()
  const timer = setInterval(ring, EVERY_MS)
  return () => {
    clearInterval(timer)
    void context.close().catch(() => undefined)
  }
}
