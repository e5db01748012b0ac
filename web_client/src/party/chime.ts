import { chosen } from '@/room/devices'

const NOTES = [523.25, 659.25, 783.99]
const NOTE_S = 0.34

/** Three friendly notes on the chosen speaker; resolves when they have been played. */
export async function chime(): Promise<void> {
  const context = new AudioContext()
  const speaker = chosen('speaker')
  const choosable = context as AudioContext & { setSinkId?: (id: string) => Promise<void> }
  if (speaker) await choosable.setSinkId?.(speaker).catch(() => undefined)
  await context.resume()
  NOTES.forEach((frequency, n) => note(context, frequency, context.currentTime + 0.05 + n * NOTE_S))
  await new Promise((resolve) => setTimeout(resolve, (NOTES.length * NOTE_S + 0.5) * 1000))
  await context.close()
}

function note(context: AudioContext, frequency: number, at: number): void {
  const tone = context.createOscillator()
  const gain = context.createGain()
  tone.type = 'sine'
  tone.frequency.value = frequency
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.25, at + 0.03)
  gain.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S + 0.3)
  tone.connect(gain).connect(context.destination)
  tone.start(at)
  tone.stop(at + NOTE_S + 0.35)
}
