/** Suggests evidence for what stands before the cursor of a field, and puts the mark there. */
import { nextTick, shallowRef, type Ref } from 'vue'
import type { Exhibit } from '@/room/evidence/exhibits'
import { anyMention, mentioned, withMention, type Mention } from './mentions'

type Field = HTMLTextAreaElement | HTMLInputElement

export function useMention(field: Readonly<Ref<Field | undefined>>, text: Ref<string>, exhibits: () => Exhibit[]) {
  const mention = shallowRef<Mention | null>(null)

  function look(): void {
    mention.value = mentioned(text.value.slice(0, field.value?.selectionStart ?? text.value.length), exhibits())
  }
  function pick(mark: string): void {
    if (!mention.value) return
    const caret = field.value?.selectionStart ?? text.value.length
    const next = withMention(text.value, caret, mention.value, mark)
    text.value = next.text
    mention.value = null
    void nextTick(() => {
      field.value?.focus()
      field.value?.setSelectionRange(next.caret, next.caret)
    })
  }
  /** Whether a key was for the suggestions: Alt+D asks for all, Tab takes the first, Esc puts them away. */
  function press(event: KeyboardEvent): boolean {
    if (event.altKey && event.code === 'KeyD') mention.value = anyMention(exhibits())
    else if (event.key === 'Tab' && !event.shiftKey && mention.value) pick(mention.value.items[0]!.mark)
    else if (event.key === 'Escape' && mention.value) mention.value = null
    else return false
    return true
  }
  return { mention, look, pick, press }
}
