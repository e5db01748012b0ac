/** One case on the screen: loading it, and the dialogs that change it. */
import { ref, shallowRef, watch, type Ref } from 'vue'
import { ApiError } from '@/core/api'
import { toast } from '@/kit/toast'
import { problem } from '../staff'
import {
  editCase, giveNumber, law, noteFact, readCase, relatedTo, removePiece, savePiece,
  type Case, type Law, type PieceKind, type Related,
} from './cases'
import { agentFields, caseFields, claimFields, claimValues, exhibitFields, factFields, numberFields, partyFields, valuesOf, type Field, type Values } from './forms'
import { c } from './words'

export interface Form {
  title: string
  fields: Field[]
  start: Values
  saveLabel: string
  save: (body: Record<string, unknown>) => Promise<void>
}

export function useCase(id: Ref<string>) {
  const found = shallowRef<Case | null>(null)
  const terms = shallowRef<Law | null>(null)
  const related = shallowRef<Related | null>(null)
  const trouble = ref('')
  const missing = ref(false)
  const form = shallowRef<Form | null>(null)

  async function load() {
    const asked = id.value
    trouble.value = ''
    missing.value = false
    try {
      const [book, one] = await Promise.all([law(), readCase(asked)])
      if (asked !== id.value) return
      terms.value = book
      found.value = one
    } catch (error) {
      if (asked !== id.value) return
      missing.value = error instanceof ApiError && (error.status === 404 || error.word === 'case_not_yours')
      trouble.value = problem(error)
      return
    }
    // A hint only: without it the page is whole.
    related.value = await relatedTo(asked).catch(() => null)
  }
  watch(id, () => ((found.value = null), (related.value = null), void load()), { immediate: true })

  function changed(now: Case) {
    found.value = now
    toast(c('saved'), 'ok')
  }

  const saving = (kind: PieceKind, piece: string) => async (body: Record<string, unknown>) => changed(await savePiece(id.value, kind, piece, body))

  function openPiece(kind: PieceKind, piece = '') {
    const one = found.value!
    const book = terms.value!
    const editing = !!piece
    const party = one.parties.find((p) => p.id === piece)
    const agent = one.agents.find((a) => a.id === piece)
    const claim = one.claims.find((q) => q.id === piece)
    const exhibit = one.exhibits.find((x) => x.id === piece)
    const forms: Record<PieceKind, Omit<Form, 'save' | 'saveLabel'>> = {
      parties: {
        title: editing ? c('party') : c('addParty'),
        fields: partyFields(party?.id_number),
        start: party ? valuesOf(party) : { side: one.parties.some((p) => p.side === 'applicant') ? 'respondent' : 'applicant', kind: 'person', representative: false },
      },
      agents: {
        title: editing ? c('agent') : c('addAgent'),
        fields: agentFields(one, agent?.id_number),
        start: agent ? valuesOf(agent) : { party: one.parties[0]?.id ?? '', kind: 'lawyer', power: 'general', scope: [] },
      },
      claims: { title: editing ? c('claim') : c('addClaim'), fields: claimFields(book), start: claim ? claimValues(claim) : { kind: book.claims[0]?.code ?? '', counter: false } },
      exhibits: { title: editing ? c('exhibit') : c('addExhibit'), fields: exhibitFields(), start: exhibit ? valuesOf(exhibit) : { side: 'applicant', original: false } },
    }
    form.value = { ...forms[kind], saveLabel: c('save'), save: saving(kind, piece) }
  }

  function openEdit() {
    const { title, cause, summary, group } = found.value!
    form.value = {
      title: c('editCase'),
      fields: caseFields(terms.value!, false),
      start: { title, cause, summary, group },
      saveLabel: c('save'),
      save: async (body) => changed(await editCase(id.value, body)),
    }
  }

  function openFact() {
    form.value = {
      title: c('addFact'),
      fields: factFields(terms.value!),
      start: { fact: 'accepted', day: '', until: '', note: '' },
      saveLabel: c('save'),
      save: async (body) => changed(await noteFact(id.value, body)),
    }
  }

  function openNumber() {
    form.value = {
      title: c('addNumber'),
      fields: numberFields(terms.value!),
      start: { kind: terms.value!.numbers.find((kind) => kind.of === 'document')?.kind ?? '', title: '' },
      saveLabel: c('save'),
      save: async (body) => {
        toast(c('numberGiven', { number: (await giveNumber(id.value, body)).number }), 'ok')
        await load()
      },
    }
  }

  async function remove(kind: PieceKind, piece: string) {
    try {
      changed(await removePiece(id.value, kind, piece))
    } catch (error) {
      toast(problem(error), 'bad')
    }
  }

  return { found, terms, related, trouble, missing, form, load, openPiece, openEdit, openFact, openNumber, remove, changed }
}
