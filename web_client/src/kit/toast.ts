import { reactive } from 'vue'

export type ToastTone = 'plain' | 'ok' | 'bad'
export interface ToastMessage {
  id: number
  text: string
  tone: ToastTone
}

const SHOWN_MS = 4500
let last = 0

export const toasts = reactive<ToastMessage[]>([])

/** Say something in passing; it is read aloud politely and goes away by itself. */
export function toast(text: string, tone: ToastTone = 'plain'): void {
  if (toasts.some((shown) => shown.text === text)) return
  const id = ++last
  toasts.push({ id, text, tone })
  setTimeout(() => dismiss(id), SHOWN_MS)
}

export function dismiss(id: number): void {
  const place = toasts.findIndex((shown) => shown.id === id)
  if (place >= 0) toasts.splice(place, 1)
}
