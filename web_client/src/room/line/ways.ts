/** The ways from here to the server, and whether one leads there. */
import type { Way } from './verdict'

const RELAY_AT_MOST = 3_000

export interface Route {
  way: Way
  servers: RTCIceServer[]
}

export type Create = (configuration: RTCConfiguration) => RTCPeerConnection
export type Plane = 'publish' | 'subscribe'
/** Brings the server's answer to an offer of a way. */
export type Exchange = (way: Way, plane: Plane, sdp: string) => Promise<string>

export const create: Create = (configuration) => new RTCPeerConnection(configuration)

/** The direct way, then one for each kind of relay that there is. */
export function routesOf(servers: readonly RTCIceServer[]): Route[] {
  const routes: Route[] = [{ way: 'direct', servers: [] }]
  for (const server of servers) {
    for (const url of [server.urls].flat()) {
      const way = wayOf(url)
      if (way && !routes.some((route) => route.way === way)) routes.push({ way, servers: [{ ...server, urls: [url] }] })
    }
  }
  return routes
}

function wayOf(url: string): Way | undefined {
  if (url.startsWith('turns:')) return 'tls'
  if (url.startsWith('turn:')) return url.endsWith('transport=tcp') ? 'tcp' : 'udp'
  return undefined
}

/** A connection on exactly this route that stands; rejects when it does not come about or is not wanted any more. */
export async function connect(
  route: Route,
  plane: Plane,
  prepare: (pc: RTCPeerConnection) => void,
  exchange: Exchange,
  signal: AbortSignal,
  make: Create = create,
): Promise<RTCPeerConnection> {
  const relayed = route.servers.length > 0
  const pc = make({
    bundlePolicy: 'max-bundle',
    iceServers: route.servers,
    iceTransportPolicy: relayed ? 'relay' : 'all',
  })
  const over = new Promise<never>((_, reject) => {
    const stop = () => reject(new Error('over'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    prepare(pc)
    await Promise.race([over, begin(pc, route.way, plane, relayed, exchange)])
    await Promise.race([over, standing(pc)])
    return pc
  } catch (error) {
    pc.close()
    throw error
  }
}

async function begin(pc: RTCPeerConnection, way: Way, plane: Plane, relayed: boolean, exchange: Exchange): Promise<void> {
  await pc.setLocalDescription(await pc.createOffer())
  if (relayed) await lent(pc)
  const sdp = pc.localDescription!.sdp
  // Without an address there is nothing to try: the relay did not lend any.
  if (relayed && !sdp.includes('a=candidate')) throw new Error('no relay')
  await pc.setRemoteDescription({ type: 'answer', sdp: await exchange(way, plane, sdp) })
}

/** A relay lends an address after two or more round trips, over TLS more; one that does not is not waited for long. */
function lent(pc: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const overdue = setTimeout(() => done(), RELAY_AT_MOST)
    const done = () => {
      clearTimeout(overdue)
      pc.onicecandidate = pc.onicegatheringstatechange = null
      resolve()
    }
    const look = () => {
      if (pc.iceGatheringState === 'complete') done()
    }
    pc.onicecandidate = ({ candidate }) => {
      if (candidate?.type === 'relay') done()
    }
    pc.onicegatheringstatechange = look
    look()
  })
}

function standing(pc: RTCPeerConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (pc.connectionState === 'connected') resolve()
      else if (pc.connectionState === 'failed' || pc.connectionState === 'closed') reject(new Error(pc.connectionState))
    }
    pc.addEventListener('connectionstatechange', look)
    look()
  })
}
