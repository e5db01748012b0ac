// @vitest-environment node
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(__dirname, '..')
const KIB = 1024
const out = mkdtempSync(join(tmpdir(), 'heting-budget-'))

beforeAll(async () => {
  // Under "test" the bundler would take the development build of Vue.
  process.env.NODE_ENV = 'production'
  await build({ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error', build: { outDir: out, emptyOutDir: true } })
}, 60_000)
afterAll(() => rmSync(out, { recursive: true, force: true }))

const page = (name: string) => readFileSync(join(out, name), 'utf8')

/** What the browser loads before it can show anything: scripts, preloaded modules and styles named in the page. */
function firstLoad(name: string): number {
  const named = [...page(name).matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map((found) => found[1]!)
  expect(named.length).toBeGreaterThan(1)
  return named.reduce((sum, path) => sum + gzipSync(readFileSync(join(out, path)), { level: 9 }).length, 0) / KIB
}

interface Chunk {
  file: string
  imports?: string[]
  dynamicImports?: string[]
}

function initialSources(entry: string): string {
  const manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
  const seen = new Set<string>()
  const visit = (key: string) => {
    if (seen.has(key)) return
    seen.add(key)
    manifest[key]!.imports?.forEach(visit)
  }
  visit(entry)
  return [...seen].map((key) => readFileSync(join(out, manifest[key]!.file), 'utf8')).join('\n')
}

describe('first load', () => {
  it('of the party is at most 70 KiB', () => expect(firstLoad('party.html')).toBeLessThanOrEqual(70))
  it('of a chamber is at most 70 KiB', () => expect(firstLoad('chamber.html')).toBeLessThanOrEqual(70))
  it('of the desk is at most 130 KiB', () => expect(firstLoad('desk.html')).toBeLessThanOrEqual(130))

  it('of the party brings neither the room nor words of the desk', () => {
    const code = initialSources('party.html')
    expect(code).toContain('我已阅读并同意')
    expect(code).not.toContain('RTCPeerConnection(')
    expect(code).not.toContain('语音识别草稿，尚未经人工核对')
  })
})

describe('the built pages', () => {
  it.each(['party.html', 'desk.html', 'chamber.html'])('%s carries no inline script or style', (name) => {
    expect(page(name)).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=/)
  })

  it.each(['party.html', 'desk.html', 'chamber.html'])('%s names nothing outside this server', (name) => {
    expect(page(name)).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })

  it('have what they name', () => {
    for (const name of ['party.html', 'desk.html', 'chamber.html'])
      for (const [, path] of page(name).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) expect(existsSync(join(out, path!)), path).toBe(true)
  })
})
