/** What must survive a reload of this tab, and nothing longer. */

const DEVICE = 'heting.device'
const inMemory = new Map<string, string>()

/** This tab's name towards the server: the same after a reload, so that a reload resumes and does not collide. */
export function deviceId(): string {
  const known = keep(DEVICE)
  if (known && /^[A-Za-z0-9_-]{8,64}$/.test(known)) return known
  const made = randomName()
  keep(DEVICE, made)
  return made
}

const VISIT = 'heting.visit'
let lastVisit = 0

/** A number for a page that is opened: greater than any before it on this device, even if its clock is set back. */
export function visitNumber(): number {
  let known = lastVisit
  try {
    known = Math.max(known, Number(localStorage.getItem(VISIT)) || 0)
  } catch {
    // The clock alone has to do then.
  }
  lastVisit = Math.max(Date.now(), known + 1)
  try {
    localStorage.setItem(VISIT, String(lastVisit))
  } catch {
    // As above.
  }
  return lastVisit
}

/** Read, or with a value write, one word of this tab's memory. */
export function keep(name: string, value?: string): string | null {
  try {
    if (value !== undefined) sessionStorage.setItem(name, value)
    return sessionStorage.getItem(name)
  } catch {
    if (value !== undefined) inMemory.set(name, value)
    return inMemory.get(name) ?? null
  }
}

export function forget(name: string): void {
  inMemory.delete(name)
  try {
    sessionStorage.removeItem(name)
  } catch {
    // Nothing was stored then.
  }
}

/** The ticket in an address like /p/<token>; empty when there is none. */
export function ticketFrom(path: string): string {
  return decodeURIComponent(/^\/p\/([^/?#]+)/.exec(path)?.[1] ?? '')
}

function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return 'd' + Array.from(bytes, (byte) => byte.toString(36).padStart(2, '0')).join('')
}
