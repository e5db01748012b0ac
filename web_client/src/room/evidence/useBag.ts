/** The evidence one may see, and what one is bringing now: the same on the party's page and at the desk. */
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue'
import { toast } from '@/kit/toast'
import { evidenceCalls, type Item, type Listed } from './calls'
import { upload, type Progress } from './upload'
import { tell } from './words'

const NAME_ENDING = /\.[a-z0-9]{1,5}$/i

/** Of a file: for whom staff bring it, which listed material it is, who handed it in. */
export interface About {
  side?: string
  exhibit?: string
  received_from?: string
}

export function useBag(hearing: string, ticket: string) {
  const calls = evidenceCalls(hearing, ticket)
  const listed = shallowRef<Listed>({ items: [], side: '', largest: {} })
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  /** Item id → how far its file has come, while it is brought from this page. */
  const under = reactive(new Map<string, Progress>())
  const stops = new Map<string, AbortController>()

  async function load(): Promise<void> {
    try {
      listed.value = await calls.list()
      state.value = 'ready'
    } catch (error) {
      if (state.value === 'loading') state.value = 'failed'
      else complain(error)
    }
  }

  /** Each file becomes an item; one that broke off before goes on. */
  async function bring(chosen: Iterable<File>, about: About = {}): Promise<void> {
    const files = [...chosen]
    const named = about.exhibit ? listed.value.listed?.find((one) => one.id === about.exhibit)?.name.slice(0, 120) : ''
    for (const file of files) {
      const known = unfinished(file)
      try {
        const item = known ?? (await calls.announce({ title: (files.length === 1 && named) || titleOf(file), file: file.name.slice(0, 200), bytes: file.size, ...about }))
        await load()
        void carry(item, file)
      } catch (error) {
        complain(error)
        await load()
      }
    }
  }

  const unfinished = (file: File): Item | undefined =>
    listed.value.items.find((item) => item.yours && item.state === 'receiving' && !stops.has(item.id) && item.bytes === file.size && item.file === file.name.slice(0, 200))

  async function carry(item: Item, file: File): Promise<void> {
    const stop = new AbortController()
    stops.set(item.id, stop)
    try {
      await upload(item, file, { calls, onProgress: (progress) => under.set(item.id, progress) }, stop.signal)
    } catch {
      // The item itself says why it was refused.
    } finally {
      stops.delete(item.id)
      under.delete(item.id)
      if (!stop.signal.aborted) await load()
    }
  }

  async function doing(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act()
      return true
    } catch (error) {
      complain(error)
      return false
    } finally {
      await load()
    }
  }

  async function discard(id: string): Promise<boolean> {
    stops.get(id)?.abort()
    return doing(() => calls.discard(id))
  }

  onScopeDispose(() => stops.forEach((stop) => stop.abort()))
  return {
    calls,
    state,
    items: computed(() => listed.value.items),
    side: computed(() => listed.value.side),
    largest: computed(() => listed.value.largest),
    /** What the case lists, of one's own side; of all sides for staff. */
    materials: computed(() => listed.value.listed ?? []),
    under,
    load,
    bring,
    discard,
    describe: (id: string, title: string, purpose: string) => doing(() => calls.describe(id, title, purpose)),
    submit: (id: string) => doing(() => calls.submit(id)),
    withdraw: (id: string, reason: string) => doing(() => calls.withdraw(id, reason)),
  }
}

export type Bag = ReturnType<typeof useBag>

/** A photo from a phone is called image.jpg: the time says more. */
export function titleOf(file: { name: string }, now = new Date()): string {
  const bare = file.name.replace(NAME_ENDING, '').trim().slice(0, 100)
  if (bare && !/^(image|img|photo|video|\d+)$/i.test(bare)) return bare
  const two = (value: number) => String(value).padStart(2, '0')
  return `${tell('kind_picture')} ${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`
}

function complain(error: unknown): void {
  toast((error as Error).message || tell('failed'), 'bad')
}
