/** A bell that rings until it is told to stop; a browser that wants a press first stays silent, the screen does not. */
const TONES = [880, 659]
const STROKE_S = 0.35
const EVERY_MS = 1_800

export function startBell(Context: typeof AudioContext | undefined = window.AudioContext): () => void {
  if (!Context) return () => undefined
  const context = new Context()
  void context.resume().catch(() => undefined)
  const strike = () => {
    TONES.forEach((frequency, n) => {
      const tone = context.createOscillator()
      const volume = context.createGain()
      const start = context.currentTime + n * STROKE_S
      tone.frequency.value = frequency
      volume.gain.setValueAtTime(0.0001, start)
      volume.gain.exponentialRampToValueAtTime(0.25, start + 0.03)
      volume.gain.exponentialRampToValueAtTime(0.0001, start + STROKE_S)
      tone.connect(volume).connect(context.destination)
      tone.start(start)
      tone.stop(start + STROKE_S)
    })
  }
  strike()
  const timer = setInterval(strike, EVERY_MS)
  return () => {
    clearInterval(timer)
    void context.close().catch(() => undefined)
  }
}
