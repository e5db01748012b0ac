/** How a camera's picture is sent: in up to three sizes at once, so that everybody gets what their line bears. */

export interface Device {
  cores: number
  /** Whoever uses it asked for little traffic. */
  thrifty: boolean
  /** Whether its browser is known to name each packet's layer and repair by the headers the server reads. */
  able: boolean
}

export function thisDevice(of: Navigator = navigator): Device {
  const { connection } = of as Navigator & { connection?: { saveData?: boolean } }
  return {
    cores: of.hardwareConcurrency || 2,
    thrifty: connection?.saveData === true,
    able: !of.userAgent.includes('Firefox'),
  }
}

const FULL: RTCRtpEncodingParameters = { maxBitrate: 900_000, maxFramerate: 30 }
const THREE: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 100_000, maxFramerate: 15 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 300_000, maxFramerate: 30 },
  { rid: 'f', ...FULL },
]
const TWO: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 2, maxBitrate: 150_000, maxFramerate: 20 },
  { rid: 'f', ...FULL },
]

/** Chromium sends a smaller picture in fewer layers, and it is the largest that it leaves out. */
const ENOUGH_FOR = { three: 960 * 540, two: 480 * 270 }

/** Lowest first, as the server expects them. */
export function encodings(size: { width?: number; height?: number }, device = thisDevice()): RTCRtpEncodingParameters[] {
  const pixels = (size.width ?? 0) * (size.height ?? 0)
  if (!device.able || device.thrifty || pixels < ENOUGH_FOR.two) return [FULL]
  return device.cores > 2 && pixels >= ENOUGH_FOR.three ? THREE : TWO
}

/** What to ask of a camera: a large picture only where three layers of it can be encoded. */
export function pictureSize(phone: boolean, device = thisDevice()): { width: number; height: number } {
  if (phone) return { width: 480, height: 360 }
  return device.able && device.cores > 4 && !device.thrifty ? { width: 960, height: 720 } : { width: 640, height: 480 }
}
