import { describe, expect, it } from 'vitest'
import { appOf, surroundings, systemOf, type BrowserFacts } from '@/party/surroundings'

const WECHAT = 'Mozilla/5.0 (Linux; Android 12; wv) AppleWebKit/537.36 Chrome/86 Mobile Safari/537.36 MicroMessenger/8.0.40'
const WECOM = 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605 wxwork/4.1 MicroMessenger/7.0'
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604'
const facts = (change: Partial<BrowserFacts>): BrowserFacts => ({ agent: SAFARI, secure: true, canCapture: true, canConnect: true, ...change })

describe('surroundings', () => {
  it('asks what the browser can do before asking what it is', () => {
    expect(surroundings(facts({ agent: WECHAT }))).toBe('fine')
    expect(surroundings(facts({ agent: WECHAT, canCapture: false }))).toBe('in_app')
  })

  it('tells an insecure address from an old browser', () => {
    expect(surroundings(facts({ secure: false, canCapture: false }))).toBe('insecure')
    expect(surroundings(facts({ canCapture: false }))).toBe('too_old')
    expect(surroundings(facts({ canConnect: false }))).toBe('too_old')
  })

  it('knows the apps people get links in', () => {
    expect(appOf(WECHAT)).toBe('wechat')
    expect(appOf(WECOM)).toBe('wecom')
    expect(appOf('... AliApp(DingTalk/7.0)')).toBe('dingtalk')
    expect(appOf(SAFARI)).toBeNull()
  })

  it('knows the system, to name its browser', () => {
    expect(systemOf(SAFARI)).toBe('ios')
    expect(systemOf(WECHAT)).toBe('android')
    expect(systemOf('Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb')).toBe('harmony')
    expect(systemOf('Mozilla/5.0 (X11; Linux x86_64)')).toBe('desktop')
  })
})
