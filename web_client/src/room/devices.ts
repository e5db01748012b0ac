/** Cameras, microphones and what went wrong with them; the choice is remembered on this device. */
import { readonly, ref, type Ref } from 'vue'
import { pictureSize } from './layers'

export type Kind = 'microphone' | 'camera' | 'speaker'
export type Trouble = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed'
export interface Device {
  id: string
  name: string
}
export interface Captured {
  stream: MediaStream
  /** `unfit`: it works, but the server takes no format of this browser's. */
  troubles: { microphone?: Trouble; camera?: Trouble | 'unfit' }
}

const BROWSER_KIND: Record<MediaDeviceKind, Kind> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
}
const TROUBLES: Record<string, Trouble> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

const key = (kind: Kind) => `heting.device.${kind}`

export function chosen(kind: Kind): string {
  try {
    return localStorage.getItem(key(kind)) ?? ''
  } catch {
    return ''
  }
}

export function choose(kind: Kind, id: string): void {
  try {
    localStorage.setItem(key(kind), id)
  } catch {
    // A private window may forbid storage; the choice then lasts as long as the page.
  }
}

export async function listDevices(): Promise<Record<Kind, Device[]>> {
  const found: Record<Kind, Device[]> = { microphone: [], camera: [], speaker: [] }
  for (const device of (await navigator.mediaDevices?.enumerateDevices?.()) ?? []) {
    if (device.deviceId) found[BROWSER_KIND[device.kind]].push({ id: device.deviceId, name: device.label })
  }
  return found
}

const isPhone = (): boolean => matchMedia('(pointer: coarse) and (max-width: 820px)').matches

export function microphoneWish(id = chosen('microphone')): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    ...(id ? { deviceId: { ideal: id } } : {}),
  }
}

export function cameraWish(id = chosen('camera'), phone = isPhone()): MediaTrackConstraints {
  const { width, height } = pictureSize(phone)
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: phone ? 24 : 30, max: 30 },
    ...(id ? { deviceId: { ideal: id } } : { facingMode: 'user' }),
  }
}

/** Open what is there: a missing camera never costs the microphone, nor the other way round. */
export async function capture(want = { microphone: true, camera: true }): Promise<Captured> {
  const stream = new MediaStream()
  const troubles: Captured['troubles'] = {}
  if (!navigator.mediaDevices?.getUserMedia) {
    return { stream, troubles: { microphone: 'insecure', camera: 'insecure' } }
  }
  if (want.microphone && want.camera && (await take(stream, { audio: microphoneWish(), video: cameraWish() })) === '') {
    return { stream, troubles }
  }
  if (want.microphone && !stream.getAudioTracks().length) {
    const trouble = await take(stream, { audio: microphoneWish() })
    if (trouble) troubles.microphone = trouble
  }
  if (want.camera && !stream.getVideoTracks().length) {
    const trouble = await take(stream, { video: cameraWish() })
    if (trouble) troubles.camera = trouble
  }
  return { stream, troubles }
}

async function take(into: MediaStream, wish: MediaStreamConstraints): Promise<Trouble | ''> {
  try {
    const got = await navigator.mediaDevices.getUserMedia(wish)
    for (const track of got.getTracks()) into.addTrack(track)
    return ''
  } catch (error) {
    return TROUBLES[(error as DOMException).name] ?? 'failed'
  }
}

export function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** Loudness of a stream, 0 to 1, about ten times a second, until `stop` is called. */
export function watchLevel(stream: MediaStream): { level: Readonly<Ref<number>>; stop: () => void } {
  const level = ref(0)
  const Context = window.AudioContext
  if (!Context || !stream.getAudioTracks().length) return { level: readonly(level), stop: () => undefined }
  const context = new Context()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
    level.value = Math.min(1, Math.sqrt(power) * 6)
  }, 100)
  return {
    level: readonly(level),
    stop: () => {
      clearInterval(timer)
      void context.close()
    },
  }
}
