const TRIES = 4
const PAUSE_MS = 800

/** For screens fetched when needed: try again on a bad network, then give up. */
export function patiently(_error: Error, retry: () => void, fail: () => void, attempts: number): void {
  if (attempts < TRIES) setTimeout(retry, PAUSE_MS * attempts)
  else fail()
}
