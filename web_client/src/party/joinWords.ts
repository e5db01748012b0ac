/** Words of the page where an entry code is typed, loaded with it. */
import { dictionary } from '@/core/words'

const chinese = {
  title: '凭入庭码进入',
  lead: '请输入参加通知、短信或者邮件上的入庭码，工作人员在电话里告诉您的也可以。',
  code: '入庭码（12 位数字）',
  spaces: '空格会自动加上。',
  enter: '进入',
  missing: '入庭码共 12 位，还差 {n} 位。',
  slip: '入庭码中有数字不对，请逐位核对。',
  unknown: '入庭码不正确或者已经失效。请与最新收到的通知核对；仍不能进入的，请联系通知您的工作人员。',
  tooMany: '尝试次数过多，请 10 分钟后再试；也可以直接打开收到的链接，或者扫描二维码。',
  offline: '没有网络连接，请检查网络后重试。',
  server: '服务器暂时没有响应，请稍后重试。',
  without: '没有入庭码？',
  withLink: '收到链接的，直接点开链接。',
  withQr: '收到二维码的，用手机扫描。',
  withNothing: '都没有的，请联系通知您的工作人员。',
  own: '入庭码仅供您本人使用，请勿告诉他人。',
}

const english: Record<keyof typeof chinese, string> = {
  title: 'Enter with a code',
  lead: 'Type the entry code from your notice, text message or e-mail, or the one the staff read out to you.',
  code: 'Entry code (12 figures)',
  spaces: 'The spaces are put in for you.',
  enter: 'Enter',
  missing: 'An entry code has 12 figures: {n} are missing.',
  slip: 'One of the figures is not right: check each of them.',
  unknown: 'The code is wrong or no longer good. Compare it with your newest notice; if it still fails, ask the staff who invited you.',
  tooMany: 'Too many attempts: try again in ten minutes, or open the link or scan the QR code that you received.',
  offline: 'No network: check your connection, then try again.',
  server: 'The server does not answer just now: try again in a moment.',
  without: 'No code?',
  withLink: 'With a link, just open it.',
  withQr: 'With a QR code, scan it with your phone.',
  withNothing: 'With neither, ask the staff who invited you.',
  own: 'The code is for you alone: tell it to nobody.',
}

export const j = dictionary(chinese, english)
export type JoinWord = keyof typeof chinese
