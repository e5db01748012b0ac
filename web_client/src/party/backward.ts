import { onScopeDispose } from 'vue'

/** On a phone "back" is one careless stroke away: ask instead of leaving, while the calling scope lives. */
export function guardBack(ask: () => void): void {
  const here = () => history.pushState({ heting: 'room' }, '')
  const back = () => {
    here()
    ask()
  }
  here()
  window.addEventListener('popstate', back)
  onScopeDispose(() => window.removeEventListener('popstate', back))
}
