import '@/kit/tokens.css'
import '@/kit/base.css'
import './desk.css'
import { createApp } from 'vue'
import { startModes } from '@/core/modes'
import { keep } from '@/core/session'
import App from './shell/App.vue'
import { router } from './routes'

const RELOADED = 'heting.reloaded'
const AGAIN_AFTER = 60_000

// After an upgrade of the server the parts this page would load later are gone: the new page has its own.
window.addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(keep(RELOADED) ?? 0) < AGAIN_AFTER) return
  keep(RELOADED, String(Date.now()))
  event.preventDefault()
  location.reload()
})

document.documentElement.classList.add('desk')
startModes()
createApp(App).use(router).mount('#app')
