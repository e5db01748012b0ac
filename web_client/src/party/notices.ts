import type { Language } from '@/core/words'

/** What a person is told before a hearing, as data: the wording may be changed, then the version must be too. */
export interface Notice {
  id: 'recording' | 'discipline' | 'mediation' | 'rights'
  version: string
  title: Record<Language, string>
  lead: Record<Language, string>
  points: Record<Language, string[]>
}

export const RECORDING: Notice = {
  id: 'recording',
  version: '2026-11-1',
  title: { zh: '录音录像告知', en: 'This hearing is recorded' },
  lead: {
    zh: '开始后，系统会录音录像，并把发言自动转写成文字。',
    en: 'Once it begins, sound and picture are recorded and speech is turned into text.',
  },
  points: {
    zh: [
      '用途：制作笔录、归档和依法监督。',
      '仅限有权限的人员查阅，按案卷期限保存。',
      '自动转写仅为草稿，以您核对签名的笔录为准。',
      '等候期间、单独沟通期间不录音录像、不转写。',
    ],
    en: [
      'Purpose: the minutes, the case file and supervision by law.',
      'Only authorised people may see it; it is kept as long as the case file.',
      'The automatic text is a draft. The minutes you check and sign are what counts.',
      'Nothing is recorded or written down while you wait or during separate talks.',
    ],
  },
}

export const DISCIPLINE: Notice = {
  id: 'discipline',
  version: '2026-11-1',
  title: { zh: '参加纪律', en: 'Rules of conduct' },
  lead: { zh: '请您遵守以下纪律。', en: 'Please keep to these rules.' },
  points: {
    zh: [
      '服从主持人的安排，经允许后发言。',
      '未经许可，不得录音、录像、截屏、拍照，不得以任何方式传播。',
      '请在安静、封闭、光线和网络良好的地方参加，不得有无关人员在场或者提示。',
      '未经许可不得退出；因网络、设备等原因中断的，请立即重新进入。',
      '保持文明礼貌，不得使用侮辱、威胁的语言。',
      '旁听人员不得发言、提问。',
    ],
    en: [
      'Follow the directions of the person presiding; speak when you are given the floor.',
      'No recording, screenshots, photographs or sharing of any kind without permission.',
      'Be in a quiet, closed, well-lit place with a good network, with nobody listening or prompting.',
      'Do not leave without permission. If the network or a device fails, come back at once.',
      'Stay polite: no insults, no threats.',
      'Observers do not speak or ask.',
    ],
  },
}

const MEDIATION: Notice = {
  id: 'mediation',
  version: '2026-11-1',
  title: { zh: '调解告知', en: 'About mediation' },
  lead: { zh: '调解坚持自愿、合法原则，不公开进行。', en: 'Mediation is voluntary, lawful and not public.' },
  points: {
    zh: [
      '您可以接受、拒绝或者随时要求终止调解，也可以要求更换调解员。',
      '为达成协议作出的让步，除双方共同确认的无争议事实外，不得在以后的程序中作为对您不利的依据。',
      '协议生效后应当履行；可以在十五日内共同申请仲裁审查，也可以在三十日内共同申请司法确认。',
      '虚假调解要承担法律责任。',
    ],
    en: [
      'You may accept, refuse or end the mediation at any time, and ask for another mediator.',
      'Concessions made for a settlement may not be used against you later, except facts both sides confirm as undisputed.',
      'A settlement in force must be kept. Both sides may ask for review by the arbitration body within 15 days, or for confirmation by a court within 30 days.',
      'Sham mediation is punished by law.',
    ],
  },
}

const RIGHTS: Notice = {
  id: 'rights',
  version: '2026-11-1',
  title: { zh: '权利和义务', en: 'Rights and duties' },
  lead: { zh: '您在本次活动中享有以下权利，并承担相应义务。', en: 'In this hearing you have these rights and duties.' },
  points: {
    zh: [
      '有权委托代理人、申请回避、提供证据、质证、辩论。',
      '有权请求调解、放弃或者变更请求、申请补正笔录。',
      '应当依法行使权利、遵守纪律、如实陈述、如实举证。',
      '应当履行生效文书。',
    ],
    en: [
      'You may be represented, ask for recusal, bring and question evidence, and argue your case.',
      'You may ask for mediation, withdraw or change claims, and ask for corrections of the minutes.',
      'Use your rights lawfully, keep order, tell the truth and bring true evidence.',
      'Carry out documents that have taken effect.',
    ],
  },
}

/** The notices of one kind of hearing, in the order in which they are read. */
export function noticesFor(kind: string): Notice[] {
  return [RECORDING, DISCIPLINE, kind === 'mediation' ? MEDIATION : RIGHTS]
}
