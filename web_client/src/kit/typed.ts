/** What stands in a box while it is typed, and its one written form once it is left. */
import { computed, ref, watch, type Ref } from 'vue'

/** `read` gives the written form of what was typed, or nothing where it says nothing that is one. */
export function useTyped(model: Ref<string>, read: (text: string) => string) {
  const text = ref(model.value)
  const left = ref(false)
  const unreadable = computed(() => left.value && !!text.value.trim() && !read(text.value))
  watch(model, (value) => (text.value = value))

  function put(value: string) {
    text.value = value
    model.value = value
  }
  function typed(event: Event) {
    left.value = false
    put((event.target as HTMLInputElement).value)
  }
  function leave() {
    left.value = true
    const written = read(text.value)
    if (written && written !== text.value) put(written)
  }
  return { text, unreadable, put, typed, leave }
}
