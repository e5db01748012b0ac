/** Pictures of pages, fetched with the ticket in a header; kept in memory only while somebody looks. */
import { onScopeDispose, ref, watch } from 'vue'

const AGAIN_MS = [600, 1500, 4000]

/** The picture at an address, with the next ones fetched ahead. */
export function usePicture(address: () => string, ticket: () => string, ahead: () => string[] = () => []) {
  const kept = new Map<string, Promise<string>>()
  const source = ref('')
  const state = ref<'loading' | 'ready' | 'failed'>('loading')

  function fetched(at: string): Promise<string> {
    let picture = kept.get(at)
    if (!picture) {
      picture = take(at, ticket())
      kept.set(at, picture)
      picture.catch(() => kept.delete(at))
    }
    return picture
  }

  async function show(at: string, tries = 0): Promise<void> {
    if (!at) {
      source.value = ''
      return
    }
    if (!kept.has(at)) state.value = 'loading'
    try {
      const found = await fetched(at)
      if (address() !== at) return
      source.value = found
      state.value = 'ready'
      for (const next of ahead()) void fetched(next).catch(() => undefined)
    } catch {
      if (address() !== at) return
      const wait = AGAIN_MS[tries]
      if (wait === undefined) state.value = 'failed'
      else setTimeout(() => address() === at && void show(at, tries + 1), wait)
    }
  }

  watch(address, (at) => void show(at), { immediate: true })
  onScopeDispose(() => kept.forEach((picture) => void picture.then(URL.revokeObjectURL, () => undefined)))
  return { source, state, again: () => void show(address()) }
}

async function take(address: string, ticket: string): Promise<string> {
  const response = await fetch(address, { headers: { Authorization: `Ticket ${ticket}` } })
  if (!response.ok) throw new Error(String(response.status))
  return URL.createObjectURL(await response.blob())
}

/** Hand a file to the browser, fetched with the ticket, which a plain link could not carry. */
export async function takeAway(address: string, ticket: string, name: string): Promise<void> {
  const response = await fetch(address, { headers: { Authorization: `Ticket ${ticket}` } })
  if (!response.ok) throw new Error(String(response.status))
  const ending = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1]
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = ending ? decodeURIComponent(ending) : name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
