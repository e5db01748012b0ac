import { beforeEach, describe, expect, it } from 'vitest'
import { noticesFor } from '@/party/notices'
import { useSteps } from '@/party/steps'
import type { Invitation } from '@/party/ticket'

const invitation = (kind = 'mediation', participant = 'p_1'): Invitation => ({
  participant,
  name: '李建国',
  role: 'applicant',
  hearing: { id: 'h_1', kind, title: '', case_number: '', starts_at: 0, state: 'waiting', organisation: '', rehearsal: false },
})
const KEY = 'heting.steps.h_1.p_1'

beforeEach(() => sessionStorage.clear())

describe('the way into the room', () => {
  it('leads over every notice, each agreed to by itself', () => {
    const way = useSteps(invitation())
    way.begin()
    const read: string[] = []
    while (way.progress.step === 'notice') {
      read.push(way.notice.value.id)
      way.agree(1)
    }
    expect(read).toEqual(['recording', 'discipline', 'mediation'])
    expect(way.progress.step).toBe('devices')
    expect(way.position.value).toBe(way.total - 1)
  })

  it('goes on from the same place after a reload', () => {
    const before = useSteps(invitation())
    before.begin()
    before.agree(1)
    const after = useSteps(invitation())
    expect(after.progress.step).toBe('notice')
    expect(after.notice.value.id).toBe('discipline')
  })

  it('belongs to one person: another link in the same tab starts anew', () => {
    const first = useSteps(invitation())
    first.begin()
    expect(useSteps(invitation('mediation', 'p_2')).progress.step).toBe('welcome')
  })

  it('shows a notice again whose wording changed', () => {
    const agreed = Object.fromEntries(noticesFor('mediation').map((notice) => [`${notice.id}@${notice.version}`, 1]))
    delete agreed[`discipline@${noticesFor('mediation')[1]!.version}`]
    agreed['discipline@2020-1'] = 1
    sessionStorage.setItem(KEY, JSON.stringify({ step: 'room', notice: 2, agreed }))
    const way = useSteps(invitation())
    expect(way.progress.step).toBe('notice')
    expect(way.notice.value.id).toBe('discipline')
    way.agree(1)
    expect(way.progress.step).toBe('devices')
  })

  it('goes back one page at a time', () => {
    const way = useSteps(invitation())
    way.begin()
    way.agree(1)
    way.agree(1)
    way.back()
    expect(way.notice.value.id).toBe('discipline')
    way.back()
    way.back()
    expect(way.progress.step).toBe('welcome')
  })

  it('starts anew when the memory is nonsense', () => {
    sessionStorage.setItem(KEY, '{"step":"moon","notice":99}')
    expect(useSteps(invitation()).progress.step).toBe('welcome')
    sessionStorage.setItem(KEY, '{{{')
    expect(useSteps(invitation()).progress.step).toBe('welcome')
  })

  it('tells an arbitration party their rights instead of the mediation notice', () => {
    expect(noticesFor('arbitration').map((notice) => notice.id)).toEqual(['recording', 'discipline', 'rights'])
  })
})

describe('notices', () => {
  it('say the same number of things in both languages', () => {
    for (const kind of ['mediation', 'arbitration'])
      for (const notice of noticesFor(kind)) expect(notice.points.en.length, notice.id).toBe(notice.points.zh.length)
  })
})
