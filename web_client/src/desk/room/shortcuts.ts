/** Keys of the room. All but `?` want Alt, so that typing minutes never mutes anybody. */
import { onBeforeUnmount, onMounted } from 'vue'
import type { DeskWord } from '../words'

export interface Shortcut {
  /** `KeyboardEvent.code`, so that input methods and layouts do not matter. */
  code: string
  keys: string[]
  word: DeskWord
}

export const SHORTCUTS = {
  microphone: { code: 'KeyM', keys: ['Alt', 'M'], word: 'keyMicrophone' },
  camera: { code: 'KeyV', keys: ['Alt', 'V'], word: 'keyCamera' },
  share: { code: 'KeyS', keys: ['Alt', 'S'], word: 'keyShare' },
  admit: { code: 'KeyA', keys: ['Alt', 'A'], word: 'keyAdmit' },
  floor: { code: 'KeyF', keys: ['Alt', 'F'], word: 'keyFloor' },
  caucus: { code: 'KeyC', keys: ['Alt', 'C'], word: 'keyCaucus' },
  minutes: { code: 'Digit1', keys: ['Alt', '1'], word: 'keyMinutes' },
  people: { code: 'Digit2', keys: ['Alt', '2'], word: 'keyPeople' },
  last: { code: 'KeyE', keys: ['Alt', 'E'], word: 'keyLast' },
  insert: { code: 'KeyT', keys: ['Alt', 'T'], word: 'palette' },
  compose: { code: 'KeyN', keys: ['Alt', 'N'], word: 'keyCompose' },
} as const satisfies Record<string, Shortcut>

export type ShortcutName = keyof typeof SHORTCUTS

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Which shortcut a key press means, if any. */
export function shortcutOf(event: KeyboardEvent): ShortcutName | 'help' | null {
  if (event.key === '?' && !event.altKey && !event.ctrlKey && !event.metaKey && !typing(event.target)) return 'help'
  if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return null
  const found = Object.entries(SHORTCUTS).find(([, shortcut]) => shortcut.code === event.code)
  return (found?.[0] as ShortcutName | undefined) ?? null
}

export function useShortcuts(doings: Partial<Record<ShortcutName | 'help', () => void>>): void {
  const press = (event: KeyboardEvent) => {
    const name = shortcutOf(event)
    const doing = name && doings[name]
    if (!doing || document.querySelector('[role="dialog"],[role="alertdialog"]')) return
    event.preventDefault()
    doing()
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => window.removeEventListener('keydown', press))
}
