/** Words for what the chair has decided about oneself. */
import { dictionary } from '@/core/words'

const chinese = {
  discipline: '主持人对您提出纪律警告',
  leaving: '主持人警告您：未经许可不得中途退出',
  warning: '主持人对您提出警告',
  wait: '您掉线期间，主持人决定等候您返回',
  interrupt: '因您掉线，主持人决定技术中断，恢复后从原阶段继续',
  go_on: '您掉线期间，主持人决定不等候，继续进行',
  absence: '主持人认定您中途退庭',
  deemed_withdrawal: '后果：视为撤回申请',
  heard_in_absence: '后果：缺席继续进行',
  reason: '理由：{reason}',
  read: '当庭宣读：{title}（版本 {version}）',
  onRecord: '已写入庭审记录。有异议的，请向主持人说明，或者在核对笔录时申请补正。',
  understood: '知道了',
  whole: '查看规定',
  all: '针对您的警告和决定（{n}）',
  title: '针对您的警告和决定',
}

const english: Record<keyof typeof chinese, string> = {
  discipline: 'The chair has warned you about discipline',
  leaving: 'The chair has warned you not to leave without permission',
  warning: 'The chair has warned you',
  wait: 'While you were cut off, the chair decided to wait for you',
  interrupt: 'As you were cut off, the chair interrupted the hearing; it goes on in the same stage',
  go_on: 'While you were cut off, the chair decided to go on without you',
  absence: 'The chair has decided that you walked out',
  deemed_withdrawal: 'It follows: the claim counts as withdrawn',
  heard_in_absence: 'It follows: the hearing goes on in your absence',
  reason: 'Reason: {reason}',
  read: 'Read out: {title} (version {version})',
  onRecord: 'It stands in the record. If you disagree, tell the chair, or ask for a correction when the minutes are checked.',
  understood: 'Understood',
  whole: 'Show the rules',
  all: 'Warnings and decisions about you ({n})',
  title: 'Warnings and decisions about you',
}

export const m = dictionary(chinese, english)
export type MeasureWord = keyof typeof chinese
