import '@/kit/tokens.css'
import '@/kit/base.css'
import './chamber.css'
import { createApp } from 'vue'
import { startModes } from '@/core/modes'
import App from './App.vue'

startModes()
createApp(App).mount('#app')
