/** Dates and times as people type them; shown as 2026-09-15 and 09:30 whatever the language of the browser. */

const WHOLE = /^(\d{4})(\d{2})(\d{2})$/
const PARTED = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/
const CLOCK = /^(\d{1,2})(?:[:.时点](\d{1,2})?分?|(\d{2}))?$/
const two = (value: number) => String(value).padStart(2, '0')
const plain = (text: string) => text.normalize('NFKC').replace(/\s/g, '')

/** YYYY-MM-DD; empty when it is no day of the calendar. */
export function readDay(text: string): string {
  const found = WHOLE.exec(plain(text)) ?? PARTED.exec(plain(text))
  if (!found) return ''
  const [year, month, date] = found.slice(1).map(Number) as [number, number, number]
  const day = new Date(year, month - 1, date)
  return day.getFullYear() === year && day.getMonth() === month - 1 && day.getDate() === date ? `${found[1]}-${two(month)}-${two(date)}` : ''
}

/** HH:MM of 24 hours; empty when it is no time of day. */
export function readTime(text: string): string {
  const found = CLOCK.exec(plain(text))
  if (!found) return ''
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? found[3] ?? 0)]
  return hour < 24 && minute < 60 ? `${two(hour)}:${two(minute)}` : ''
}

/** So many days on from a good day. */
export function stepDay(day: string, days: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  const then = new Date(year, month - 1, date + days)
  return `${String(then.getFullYear()).padStart(4, '0')}-${two(then.getMonth() + 1)}-${two(then.getDate())}`
}
