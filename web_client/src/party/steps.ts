import { computed, reactive, type Ref } from 'vue'
import { keep } from '@/core/session'
import { isRead, pagesOf, type Entry, type NoticePage } from './consents'
import type { Invitation } from './ticket'

export type Step = 'welcome' | 'notice' | 'devices' | 'room'

const ORDER: Step[] = ['welcome', 'notice', 'devices', 'room']

interface Progress {
  step: Step
  notice: number
}

/** Where this person stands on the way into the room; a reload of the tab goes on from there. What was read, the server knows. */
export function useSteps(invitation: Invitation, entries: Ref<Entry[]>) {
  // What goes on at a place begins with where and when, whatever was read before.
  const key = ['heting.steps', invitation.hearing.id, invitation.participant, invitation.hearing.continues].filter(Boolean).join('.')
  const pages = computed(() => pagesOf(entries.value))
  const progress = reactive<Progress>(remembered(key, pages.value))
  const save = () => keep(key, JSON.stringify(progress))

  const notice = computed<NoticePage>(() => pages.value[progress.notice] ?? pages.value[0]!)
  const total = computed(() => pages.value.length + 3)
  const position = computed(() => {
    if (progress.step === 'welcome') return 1
    if (progress.step === 'notice') return 2 + progress.notice
    return progress.step === 'devices' ? total.value - 1 : total.value
  })

  function go(step: Step): void {
    progress.step = step
    save()
  }

  /** To the first page that was not read, or past them all. */
  function goOn(): void {
    const unread = pages.value.findIndex((page) => !isRead(page))
    if (unread >= 0) progress.notice = unread
    else progress.notice = Math.max(0, pages.value.length - 1)
    go(unread < 0 ? 'devices' : 'notice')
  }

  function back(): void {
    if (progress.step === 'notice' && progress.notice > 0) {
      progress.notice -= 1
      return save() as unknown as void
    }
    if (progress.step === 'devices') progress.notice = Math.max(0, pages.value.length - 1)
    go(ORDER[Math.max(0, ORDER.indexOf(progress.step) - 1)]!)
  }

  return { progress, notice, position, total, go, goOn, back }
}

function remembered(key: string, pages: NoticePage[]): Progress {
  const fresh: Progress = { step: 'welcome', notice: 0 }
  try {
    const before = { ...fresh, ...(JSON.parse(keep(key) ?? '{}') as Partial<Progress>) }
    const unread = pages.findIndex((page) => !isRead(page))
    // A text whose wording changed in between is read again before anything else.
    if (unread >= 0 && (before.step === 'devices' || before.step === 'room')) return { step: 'notice', notice: unread }
    return ORDER.includes(before.step) && before.notice < Math.max(1, pages.length) ? { step: before.step, notice: before.notice } : fresh
  } catch {
    return fresh
  }
}
