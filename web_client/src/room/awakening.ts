/** When it is worth looking whether the network still carries: it changed, or this page slept. */

interface NetworkInformation extends EventTarget {
  readonly type?: string
}

/** Call `look` at each such moment, `moved` when it is another network; returns how to stop it. */
export function onAwakening(look: (moved: boolean) => void): () => void {
  const network = (navigator as Navigator & { connection?: NetworkInformation }).connection
  let type = network?.type
  const woken = () => look(false)
  const visible = () => {
    if (document.visibilityState === 'visible') look(false)
  }
  // Most changes are only another guess at how fast it is.
  const changed = () => {
    const before = type
    type = network?.type
    look(type !== before)
  }
  const watched: [EventTarget | undefined, string, () => void][] = [
    [window, 'online', () => look(true)],
    [window, 'pageshow', woken],
    [document, 'resume', woken],
    [document, 'visibilitychange', visible],
    [network, 'change', changed],
  ]
  for (const [target, name, listen] of watched) target?.addEventListener(name, listen)
  return () => {
    for (const [target, name, listen] of watched) target?.removeEventListener(name, listen)
  }
}
