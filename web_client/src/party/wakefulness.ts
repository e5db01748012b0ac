import { onScopeDispose } from 'vue'

/** Keep the screen awake while the calling scope lives; browsers drop the lock whenever the page is hidden. */
export function stayAwake(): void {
  let lock: WakeLockSentinel | null = null
  let over = false

  async function hold() {
    if (over || document.visibilityState !== 'visible') return
    try {
      lock = (await navigator.wakeLock?.request('screen')) ?? null
      if (over) void lock?.release()
    } catch {
      // Low battery or an old browser: the hearing goes on, the screen may dim.
    }
  }

  document.addEventListener('visibilitychange', hold)
  void hold()
  onScopeDispose(() => {
    over = true
    document.removeEventListener('visibilitychange', hold)
    void lock?.release().catch(() => undefined)
  })
}
