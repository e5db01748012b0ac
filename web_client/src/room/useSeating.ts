/** The seating of a room on this screen, and what the server is asked to send for it. */
import { computed, onBeforeUnmount, ref, watch } from 'vue'
import type { LiveRoom } from './live'
import { seat } from './seating'
import type { View } from './signal'
import { sharerAt, type Person } from './state'
import type { Shown } from './useShown'

const SILENT_PLACES = ['lobby', 'isolation']
const ORDER = ['mediator', 'applicant', 'respondent', 'third_party', 'witness', 'interpreter', 'expert', 'observer', 'supervisor', 'clerk']
/** A request while the last is hardly told helps nobody. */
const CALM_MS = 200
const NOTHING = JSON.stringify({ first: [], most: null, sizes: {}, hidden: false } satisfies View)

/** Shown in place of a screen; no participant's id. */
const EXHIBIT = 'evidence:'

export function useSeating(room: LiveRoom, narrow: () => boolean, shown: () => Shown) {
  const { state, me, streams, dominant, planes } = room
  const pinned = ref<string[]>([])
  const page = ref(0)

  const people = computed<Person[]>(() => {
    const mine = me.value
    if (!mine) return []
    if (SILENT_PLACES.includes(mine.place)) return [mine]
    const here = state.value.people.filter((p) => p.id === mine.id || (p.place === mine.place && !listensUnseen(p)))
    return here.sort((a, b) => rank(a) - rank(b))
  })
  /** An agent stands beside the side they speak for. */
  const rank = (person: Person) => ORDER.indexOf(person.role === 'agent' ? person.side : person.role) + (person.role === 'agent' ? 0.5 : 0)
  const listensUnseen = (person: Person) => !person.present && !person.admitted

  const sharer = computed(() => {
    const found = me.value && sharerAt(state.value, me.value.place)
    return found && found.id !== me.value?.id ? found : undefined
  })
  /** What is shown of the evidence, where I sit. */
  const exhibit = computed(() => (me.value?.place === 'table' ? state.value.exhibits.shown : null))
  const seating = computed(() =>
    seat({
      people: people.value,
      me: me.value?.id ?? '',
      sharer: exhibit.value ? EXHIBIT : (sharer.value?.id ?? ''),
      dominant: dominant.value,
      seen: new Set(people.value.filter((p) => streams.has(`${p.id}.camera`)).map((p) => p.id)),
      pinned: pinned.value,
      page: page.value,
      narrow: narrow(),
    }),
  )

  function pin(id: string): void {
    pinned.value = pinned.value.includes(id) ? pinned.value.filter((one) => one !== id) : [id, ...pinned.value]
    page.value = 0
  }
  function turn(by: number): void {
    const count = seating.value.pages + 1
    page.value = (page.value + by + count) % count
  }

  const wish = computed(() => {
    const { first, most } = seating.value
    return JSON.stringify({ first: first.slice(0, 16), most, ...shown() } satisfies View)
  })
  let asked = NOTHING
  let timer: ReturnType<typeof setTimeout> | undefined
  function ask(): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (wish.value === asked || planes.subscribe !== 'up') return
      asked = wish.value
      room.view(JSON.parse(asked) as View)
    }, CALM_MS)
  }
  watch(wish, ask, { immediate: true })
  // A new connection knows nothing of what was asked before.
  watch(
    () => planes.subscribe,
    (now) => {
      if (now !== 'up') asked = NOTHING
      else ask()
    },
  )
  onBeforeUnmount(() => clearTimeout(timer))

  return { seating, exhibit, sharer, pinned, page, pin, turn }
}
