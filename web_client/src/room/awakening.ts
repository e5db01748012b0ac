/** When it is worth looking whether the network still carries: it changed, or this page slept. */

interface NetworkInformation extends EventTarget {
  readonly type?: string
}

/** Call `look` at each such moment; returns how to stop it. */
export function onAwakening(look: () => void): () => void {
  const network = (navigator as Navigator & { connection?: NetworkInformation }).connection
  const visible = () => {
    if (document.visibilityState === 'visible') look()
  }
  const watched: [EventTarget | undefined, string, () => void][] = [
    [window, 'online', look],
    [window, 'pageshow', look],
    [document, 'resume', look],
    [document, 'visibilitychange', visible],
    [network, 'change', look],
  ]
  for (const [target, name, listen] of watched) target?.addEventListener(name, listen)
  return () => {
    for (const [target, name, listen] of watched) target?.removeEventListener(name, listen)
  }
}
