import { computed, reactive } from 'vue'
import { keep } from '@/core/session'
import { noticesFor, type Notice } from './notices'
import type { Invitation } from './ticket'

export type Step = 'welcome' | 'notice' | 'devices' | 'room'

const ORDER: Step[] = ['welcome', 'notice', 'devices', 'room']

interface Progress {
  step: Step
  notice: number
  /** `id@version` of every notice agreed to, and when. */
  agreed: Record<string, number>
}

/** Where this person stands on the way into the room; a reload of the tab goes on from there. */
export function useSteps(invitation: Invitation) {
  const key = `heting.steps.${invitation.hearing.id}.${invitation.participant}`
  const notices = noticesFor(invitation.hearing.kind)
  const progress = reactive<Progress>(remembered(key, notices))
  const save = () => keep(key, JSON.stringify(progress))

  const notice = computed<Notice>(() => notices[progress.notice] ?? notices[0]!)
  const total = notices.length + 3
  const position = computed(() => {
    if (progress.step === 'welcome') return 1
    if (progress.step === 'notice') return 2 + progress.notice
    return progress.step === 'devices' ? total - 1 : total
  })

  function go(step: Step): void {
    progress.step = step
    save()
  }

  function begin(): void {
    progress.notice = firstUnread(notices, progress.agreed)
    go(progress.notice < 0 ? 'devices' : 'notice')
    if (progress.notice < 0) progress.notice = notices.length - 1
  }

  function agree(at: number): void {
    progress.agreed[nameOf(notice.value)] = at
    const following = firstUnread(notices, progress.agreed)
    if (following >= 0) progress.notice = following
    go(following < 0 ? 'devices' : 'notice')
  }

  function back(): void {
    if (progress.step === 'notice' && progress.notice > 0) {
      progress.notice -= 1
      return save() as unknown as void
    }
    if (progress.step === 'devices') progress.notice = notices.length - 1
    go(ORDER[Math.max(0, ORDER.indexOf(progress.step) - 1)]!)
  }

  return { progress, notice, position, total, go, begin, agree, back }
}

const nameOf = (notice: Notice) => `${notice.id}@${notice.version}`

function firstUnread(notices: Notice[], agreed: Record<string, number>): number {
  return notices.findIndex((notice) => !(nameOf(notice) in agreed))
}

function remembered(key: string, notices: Notice[]): Progress {
  const fresh: Progress = { step: 'welcome', notice: 0, agreed: {} }
  try {
    const before = { ...fresh, ...(JSON.parse(keep(key) ?? '{}') as Partial<Progress>) }
    const unread = firstUnread(notices, before.agreed)
    // A notice whose wording changed in between is read again before anything else.
    if (unread >= 0 && (before.step === 'devices' || before.step === 'room')) return { ...before, step: 'notice', notice: unread }
    return ORDER.includes(before.step) && before.notice < notices.length ? before : fresh
  } catch {
    return fresh
  }
}
