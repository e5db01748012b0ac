import { defineAsyncComponent, h, type Component } from 'vue'
import LoadingPage from './LoadingPage.vue'
import { patiently } from './patience'
import Problem from './Problem.vue'

/** A screen fetched when needed: patient with a bad network, and honest when it gives up. */
export function lazy<C extends Component>(loader: () => Promise<{ default: C }>): C {
  return defineAsyncComponent({
    loader: () => loader().then((module) => module.default) as Promise<never>,
    loadingComponent: LoadingPage,
    errorComponent: () => h(Problem, { trouble: 'offline', onAgain: () => location.reload() }),
    onError: patiently,
  }) as C
}
