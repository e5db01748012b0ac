/** The organisations where somebody may do something, and which of them is looked at. */
import { computed, ref, shallowRef } from 'vue'
import { call, problem } from '../staff'

interface Row {
  id: string
  name: string
  disabled: boolean
  may: string[]
}

export function useOrganisations(act: string) {
  const rows = shallowRef<Row[]>([])
  const chosen = ref('')
  const trouble = ref('')
  const options = computed(() => rows.value.map((row) => ({ value: row.id, label: row.name })))

  async function load() {
    try {
      const answer = await call<{ organisations: Row[] }>('GET', '/api/organisations')
      rows.value = answer.organisations.filter((row) => row.may.includes(act) && !row.disabled)
      chosen.value ||= rows.value[0]?.id ?? ''
      trouble.value = ''
    } catch (error) {
      trouble.value = problem(error)
    }
  }
  void load()
  return { options, chosen, trouble, load }
}
