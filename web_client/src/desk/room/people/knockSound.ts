/** Two soft tones when somebody knocks: the chair may be looking at paper. */
import { watch, type Ref } from 'vue'
import { strike } from '@/core/tones'

const TONES = [659, 880]
const LENGTH = 0.18

export function ring(Context: typeof AudioContext | undefined = window.AudioContext): void {
  if (!Context) return
  const context = new Context()
  TONES.forEach((frequency, n) => {
    const tone = strike(context, frequency, context.currentTime + n * LENGTH, LENGTH, 0.12)
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
