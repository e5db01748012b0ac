/** Words for a hearing that one comes to in person. */
import { dictionary } from '@/core/words'

const chinese = {
  moved: '转为线下进行',
  inPerson: '到场参加',
  movedText: '本次线上部分已经结束，已完成的步骤有效。请按下列时间到场，从上次的阶段继续。',
  inPersonText: '请按下列时间到场参加。',
  time: '时间',
  place: '地点',
  placeOpen: '另行通知',
  reason: '原因',
  stage: '继续的阶段',
  bring: '到场须知',
  keepLink: '原链接继续有效，可以随时打开查看。',
}

const english: Record<keyof typeof chinese, string> = {
  moved: 'It goes on on site',
  inPerson: 'Come in person',
  movedText: 'The online part is over and what was done stands. Please come at this time: it goes on where it was left.',
  inPersonText: 'Please come at this time.',
  time: 'Time',
  place: 'Place',
  placeOpen: 'You will be told',
  reason: 'Why',
  stage: 'Goes on with',
  bring: 'Coming in person',
  keepLink: 'Your link stays good: open it whenever you want to look again.',
}

export const o = dictionary(chinese, english)
