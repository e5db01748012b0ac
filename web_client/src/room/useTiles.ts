/** The box (`ref="box"` in the template) that lays out a changing number of tiles as large as it can. */
import { computed, onBeforeUnmount, onMounted, ref, useTemplateRef } from 'vue'
import { arrange, layoutStyle } from './layout'

export function useTiles(count: () => number, onWidth: (width: number) => void = () => undefined) {
  const box = useTemplateRef<HTMLElement>('box')
  const size = ref({ width: 0, height: 0 })
  const layout = computed(() => arrange(count(), size.value))

  const measure = () => {
    if (!box.value) return
    size.value = { width: box.value.clientWidth, height: box.value.clientHeight }
    onWidth(size.value.width)
  }
  const watching = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(measure)
  onMounted(() => {
    measure()
    if (box.value) watching?.observe(box.value)
  })
  onBeforeUnmount(() => watching?.disconnect())

  return { box, scrolls: computed(() => layout.value.scrolls), tiles: computed(() => layoutStyle(layout.value)) }
}
