/** The texts of the law's folder as the server gives them. */
export interface ReadOutText {
  id: string
  zh: string
  en: string
  title_zh: string
  title_en: string
  version: string
}

export function textIn(text: ReadOutText, part: 'title' | 'text', language: 'zh' | 'en'): string {
  if (part === 'title') return (language === 'en' ? text.title_en : text.title_zh) || text.id
  return language === 'en' ? text.en : text.zh
}
