/** What is live, asked for again every few seconds while somebody looks. */
import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { problem } from '../staff'

const REFRESH_MS = 5_000

export function useListed<Answer>(ask: () => Promise<Answer>) {
  const found = shallowRef<Answer | null>(null)
  const trouble = ref('')

  async function load(): Promise<void> {
    try {
      found.value = await ask()
      trouble.value = ''
    } catch (error) {
      trouble.value = problem(error)
    }
  }
  void load()
  const timer = setInterval(() => document.visibilityState === 'visible' && void load(), REFRESH_MS)
  onBeforeUnmount(() => clearInterval(timer))
  return { found, trouble, load }
}
