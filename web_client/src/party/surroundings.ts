/** What this browser can do, and in which app it sits. */

export type Surroundings = 'fine' | 'insecure' | 'in_app' | 'too_old'
export type App = 'wechat' | 'wecom' | 'dingtalk' | 'alipay' | 'qq' | 'other'

const APPS: [App, RegExp][] = [
  ['wecom', /wxwork/i],
  ['wechat', /MicroMessenger/i],
  ['dingtalk', /DingTalk/i],
  ['alipay', /AlipayClient/i],
  ['qq', /\bQQ\//i],
  ['other', /; wv\)|\bWeibo|\bToutiao|aweme|\bLark\b|Feishu/i],
]

export interface BrowserFacts {
  agent: string
  secure: boolean
  canCapture: boolean
  canConnect: boolean
}

export function factsOfThisBrowser(): BrowserFacts {
  return {
    agent: navigator.userAgent,
    secure: window.isSecureContext,
    canCapture: typeof navigator.mediaDevices?.getUserMedia === 'function',
    canConnect: typeof window.RTCPeerConnection === 'function',
  }
}

/** The app around the page, if it is not a browser of its own. */
export function appOf(agent: string): App | null {
  return APPS.find(([, pattern]) => pattern.test(agent))?.[0] ?? null
}

export function surroundings(facts: BrowserFacts): Surroundings {
  if (facts.canCapture && facts.canConnect) return 'fine'
  if (!facts.secure) return 'insecure'
  return appOf(facts.agent) ? 'in_app' : 'too_old'
}

export type System = 'ios' | 'android' | 'harmony' | 'desktop'

export function systemOf(agent: string): System {
  if (/iPhone|iPad|iPod/.test(agent)) return 'ios'
  if (/HarmonyOS|OpenHarmony/.test(agent)) return 'harmony'
  if (/Android/.test(agent)) return 'android'
  return 'desktop'
}
