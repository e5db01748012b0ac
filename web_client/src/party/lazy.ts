import { defineAsyncComponent, h, type Component } from 'vue'
import LoadingPage from './LoadingPage.vue'
import Problem from './Problem.vue'

const TRIES = 4
const PAUSE_MS = 800

/** A screen fetched when needed: patient with a bad network, and honest when it gives up. */
export function lazy<C extends Component>(loader: () => Promise<{ default: C }>): C {
  return defineAsyncComponent({
    loader: () => loader().then((module) => module.default) as Promise<never>,
    loadingComponent: LoadingPage,
    errorComponent: () => h(Problem, { trouble: 'offline', onAgain: () => location.reload() }),
    onError(_error, retry, fail, attempts) {
      if (attempts < TRIES) setTimeout(retry, PAUSE_MS * attempts)
      else fail()
    },
  }) as C
}
