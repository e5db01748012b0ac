import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(__dirname, '..', 'src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts|css)$/.test(name))
const texts = new Map(files.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(SRC, name), 'utf8')]))
const where = (pattern: RegExp, among: (name: string) => boolean = () => true) =>
  [...texts].filter(([name, text]) => among(name) && pattern.test(text)).map(([name]) => name)

describe('the source', () => {
  it('is there', () => expect(texts.size).toBeGreaterThan(60))

  it('never writes HTML into the page', () => expect(where(/v-html|innerHTML|insertAdjacentHTML|document\.write/)).toEqual([]))

  it('has no style attributes, which the Content-Security-Policy forbids', () => {
    expect(where(/\sstyle="/, (name) => name.endsWith('.vue'))).toEqual([])
    expect(where(/setAttribute\(\s*['"]style/)).toEqual([])
  })

  it('evaluates no text as code', () => expect(where(/\beval\(|new Function\(/)).toEqual([]))

  it('fetches nothing from outside', () => {
    expect(where(/(https?:|wss?:)?\/\/[a-z0-9-]+\.[a-z]/i, (name) => !name.endsWith('env.d.ts'))).toEqual([])
  })

  it('uses no style that old webviews do not know', () => {
    expect(where(/color-mix\(|oklch\(|light-dark\(/, (name) => /\.(vue|css)$/.test(name))).toEqual([])
    expect(where(/@container|:has\(/, (name) => /\.(vue|css)$/.test(name) && !name.startsWith('desk/'))).toEqual([])
  })

  it('keeps the storeys: party and desk never import each other, core and kit import neither', () => {
    const imports = (folder: string) => new RegExp(`from ['"](@/|\\.\\./)${folder}/|import\\(['"](@/|\\.\\./)${folder}/`)
    expect(where(imports('desk'), (name) => !name.startsWith('desk/'))).toEqual([])
    expect(where(imports('party'), (name) => !name.startsWith('party/'))).toEqual([])
    expect(where(imports('room'), (name) => /^(core|kit)\//.test(name))).toEqual([])
  })
})
