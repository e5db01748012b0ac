import { onScopeDispose, readonly, ref, type Ref } from 'vue'
import { language } from './words'

const locale = () => (language.value === 'en' ? 'en-GB' : 'zh-CN')

/** Server time minus this device's time, in ms; set by every Welcome. */
export const serverAhead = ref(0)

export function serverNow(): number {
  return Date.now() + serverAhead.value
}

/** The server's time as a ref that moves every `everyMs` while the calling scope lives. */
export function useNow(everyMs = 1000): Readonly<Ref<number>> {
  const now = ref(serverNow())
  const timer = setInterval(() => (now.value = serverNow()), everyMs)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}

export function dayAndTime(at: number): string {
  const options: Intl.DateTimeFormatOptions = { month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hour12: false }
  return new Intl.DateTimeFormat(locale(), options).format(at)
}

export function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', hour12: false }).format(at)
}

/** When something is planned: the time alone says it on the day itself. */
export function planned(at: number, now: number): string {
  return new Date(at).toDateString() === new Date(now).toDateString() ? timeOfDay(at) : dayAndTime(at)
}

/** A length or a media time: `4:05`, from an hour on `1:04:05`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
