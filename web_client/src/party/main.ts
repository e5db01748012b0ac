import '@/kit/tokens.css'
import '@/kit/base.css'
import { createApp } from 'vue'
import { startModes } from '@/core/modes'
import App from './App.vue'
import { lazy } from './lazy'

const JoinPage = lazy(() => import('./JoinPage.vue'))

startModes()
createApp(location.pathname === '/join' ? JoinPage : App).mount('#app')
