/** One tone that swells and fades: `start` by the context's clock and `length` in seconds, `loudness` up to 1. */
export function strike(context: AudioContext, frequency: number, start: number, length: number, loudness: number): OscillatorNode {
  const tone = context.createOscillator()
  const volume = context.createGain()
  tone.frequency.value = frequency
  volume.gain.setValueAtTime(0.0001, start)
  volume.gain.exponentialRampToValueAtTime(loudness, start + 0.02)
  volume.gain.exponentialRampToValueAtTime(0.0001, start + length)
  tone.connect(volume).connect(context.destination)
  tone.start(start)
  tone.stop(start + length)
  return tone
}
