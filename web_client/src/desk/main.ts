import '@/kit/tokens.css'
import '@/kit/base.css'
import './desk.css'
import { createApp } from 'vue'
import { startModes } from '@/core/modes'
import App from './shell/App.vue'
import { router } from './routes'

document.documentElement.classList.add('desk')
startModes()
createApp(App).use(router).mount('#app')
