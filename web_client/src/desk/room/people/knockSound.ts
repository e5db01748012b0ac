/** Two soft tones when somebody knocks: the chair may be looking at paper. */
import { watch, type Ref } from 'vue'

const TONES = [659, 880]
const LENGTH = 0.18

export function ring(Context: typeof AudioContext | undefined = window.AudioContext): void {
  if (!Context) return
  const context = new Context()
  TONES.forEach((frequency, n) => {
    const tone = context.createOscillator()
    const volume = context.createGain()
    const start = context.currentTime + n * LENGTH
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0.0001, start)
    volume.gain.exponentialRampToValueAtTime(0.12, start + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH)
    tone.connect(volume).connect(context.destination)
    tone.start(start)
    tone.stop(start + LENGTH)
    if (n === TONES.length - 1) tone.onended = () => void context.close()
  })
}

/** Ring for each person who was not at the door before; also say it in the title of the page. */
export function announceKnocks(knocking: Ref<{ id: string }[]>, title: () => string, sound = ring): void {
  watch(
    knocking,
    (now, before) => {
      const known = new Set((before ?? []).map((person) => person.id))
      if (now.some((person) => !known.has(person.id))) sound()
      document.title = now.length ? `(${now.length}) ${title()}` : title()
    },
    { immediate: true },
  )
}
