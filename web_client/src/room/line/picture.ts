/** A picture that costs bandwidth: noise, because a still one would need next to nothing. */

const WIDTH = 640
const HEIGHT = 480
const GRAIN = 16
const FRAMES_PER_SECOND = 15

export interface Noise {
  track: MediaStreamTrack
  stop: () => void
}

/** Null where the browser cannot film a canvas. */
export function noise(): Noise | null {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const pen = canvas.getContext('2d')
  if (!pen || !canvas.captureStream) return null
  const draw = () => {
    for (let x = 0; x < WIDTH; x += GRAIN) {
      for (let y = 0; y < HEIGHT; y += GRAIN) {
        pen.fillStyle = `hsl(${Math.random() * 360} 60% ${30 + Math.random() * 40}%)`
        pen.fillRect(x, y, GRAIN, GRAIN)
      }
    }
  }
  draw()
  const track = canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks()[0]
  if (!track) return null
  const timer = setInterval(draw, 1000 / FRAMES_PER_SECOND)
  const stop = () => {
    clearInterval(timer)
    track.stop()
  }
  return { track, stop }
}
