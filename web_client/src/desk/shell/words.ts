import { dictionary } from '@/core/words'

/** Names of places of the desk, for its navigation. */
export const place = dictionary({ wall: '现场墙', guest: '多庭参与', models: '语音识别模型' }, { wall: 'Live wall', guest: 'My rooms', models: 'Speech models' })
