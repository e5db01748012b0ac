import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const server = process.env.HETING_URL ?? 'https://localhost:8443'
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  base: '/',
  plugins: [vue(), pageAddresses()],
  resolve: { alias: { '@': at('./src') } },
  build: {
    target: 'es2020',
    manifest: true,
    // The strict Content-Security-Policy allows no data: fonts or styles, so nothing is inlined.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: { input: { party: at('./party.html'), desk: at('./desk.html'), chamber: at('./chamber.html') } },
  },
  server: {
    proxy: {
      '/api': { target: server, secure: false },
      '/health': { target: server, secure: false },
      '/ca.crt': { target: server, secure: false },
      '/ws': { target: server, secure: false, ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'happy-dom' },
})

/** In development the two pages answer at the addresses they have in production. */
function pageAddresses() {
  return {
    name: 'page-addresses',
    configureServer(dev: { middlewares: { use: (handler: (request: { url?: string }, response: unknown, next: () => void) => void) => void } }) {
      dev.middlewares.use((request, _response, next) => {
        if (request.url?.startsWith('/p/') || request.url === '/join') request.url = '/party.html'
        else if (request.url === '/chamber') request.url = '/chamber.html'
        else if (/^\/desk(\/|$)/.test(request.url ?? '')) request.url = '/desk.html'
        next()
      })
    },
  }
}
