/** A moving picture in a `<video ref="video">` of the template, and whether it plays. */
import { ref, useTemplateRef, watch } from 'vue'

export function usePicture(picture: () => MediaStream | undefined) {
  const video = useTemplateRef<HTMLVideoElement>('video')
  const playing = ref(false)

  watch(
    [video, picture],
    ([element, stream]) => {
      if (!element || element.srcObject === (stream ?? null)) return
      playing.value = false
      element.srcObject = stream ?? null
      void element.play?.()?.catch(() => undefined)
    },
    { flush: 'post' },
  )
  return playing
}
