import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/core/api'
import { language } from '@/core/words'
import { call, login, logout, problem, staff } from '@/desk/staff'

interface Asked {
  url: string
  init: RequestInit
}
let asked: Asked[]
let answers: { status: number; body: unknown }[]

beforeEach(() => {
  ;[asked, answers] = [[], []]
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, init })
    const { status, body } = answers.shift()!
    return new Response(JSON.stringify(body), { status })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  language.value = 'zh'
  staff.value = null
})

const me = { name: '王秀兰', role: 'mediator', csrf: 'c-1' }

describe('staff', () => {
  it('carry their token with every change, in the language of the screen', async () => {
    answers.push({ status: 200, body: me }, { status: 200, body: { ticket: 't' } })
    await login('mediator', 'secret')
    language.value = 'en'
    await call('POST', '/api/hearings/h/enter', {})
    expect(asked[1]!.url).toBe('/api/hearings/h/enter?lang=en')
    expect(asked[1]!.init.headers).toMatchObject({ 'X-CSRF': 'c-1' })
  })

  it('are asked to sign in again when the login has expired', async () => {
    staff.value = me
    answers.push({ status: 401, body: { error: { word: 'not_signed_in', text: '' } } })
    await expect(call('GET', '/api/hearings')).rejects.toMatchObject({ status: 401 })
    expect(staff.value).toBeNull()
  })

  it('are signed out here even when the server cannot be reached', async () => {
    staff.value = me
    answers.push({ status: 500, body: {} })
    await logout()
    expect(staff.value).toBeNull()
  })
})

describe('what went wrong', () => {
  it('is said in our words where we have them, else in the server’s', () => {
    expect(problem(new ApiError('offline', 0, 'TypeError'))).toContain('连接不上服务器')
    expect(problem(new ApiError('staff_seat', 409, '工作人员请用账号登录进入。'))).toBe('工作人员请用账号登录进入。')
    expect(problem(new ApiError('http_418', 418, ''))).toContain('http_418')
  })
})
