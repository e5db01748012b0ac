import { expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { announceKnocks } from '@/desk/room/people/knockSound'

it('each new person at the door rings once and counts in the title', async () => {
  const sound = vi.fn()
  const knocking = ref<{ id: string }[]>([])
  announceKnocks(knocking, () => '和庭', sound)
  expect([document.title, sound.mock.calls.length]).toEqual(['和庭', 0])

  knocking.value = [{ id: 'p_a' }]
  await nextTick()
  knocking.value = [{ id: 'p_a' }, { id: 'p_b' }]
  await nextTick()
  expect([document.title, sound.mock.calls.length]).toEqual(['(2) 和庭', 2])

  knocking.value = [{ id: 'p_b' }]
  await nextTick()
  knocking.value = [{ id: 'p_b' }]
  await nextTick()
  expect([document.title, sound.mock.calls.length]).toEqual(['(1) 和庭', 2])
})
