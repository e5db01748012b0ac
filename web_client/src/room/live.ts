/** A room as a screen uses it: line, fold and media tied together and made reactive. */
import { computed, onScopeDispose, reactive, readonly, ref, shallowReactive, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import { serverAhead } from '@/core/clock'
import type { Command, Down, PointerFrame, SaidFrame, WelcomeFrame } from '@/core/protocol'
import { deviceId, visitNumber } from '@/core/session'
import { onAwakening } from './awakening'
import { capture, choose, chosen, stop, type Captured, type Kind } from './devices'
import type { ConnectionState } from './connection'
import { foldFrame } from './fold'
import { gradeFrame, type Grade } from './grades'
import { forgetStale, interimFrame, type Interim } from './interim'
import { Peer } from './peer'
import type { Quality } from './sampler'
import { relaysFor } from './relays'
import { Screen } from './screen'
import { DOUBTED_WITHIN, Signal, type LineState, type Plane, type Socket, type View } from './signal'
import { emptyRoom, personOf, type RoomState } from './state'
import { withSaid } from './writing'

export interface LiveOptions {
  ticket: string
  /** What the device check opened already; otherwise `startMedia` asks for it. */
  captured?: Captured
  url?: string
  connect?: (url: string) => Socket
}

export type LiveRoom = ReturnType<typeof openRoom>
export const roomKey: InjectionKey<LiveRoom> = Symbol('room')

const address = (): string => `${location.protocol === 'http:' ? 'ws' : 'wss'}://${location.host}/ws`

/** Enter the room; everything ends with the calling scope. */
export function openRoom(options: LiveOptions) {
  const state = shallowRef<RoomState>(emptyRoom)
  const line = ref<LineState>('connecting')
  const ended = ref('')
  const welcome = shallowRef<WelcomeFrame | null>(null)
  const speaking = ref<readonly string[]>([])
  const dominant = ref('')
  const streams = shallowReactive(new Map<string, MediaStream>())
  const voices = shallowReactive(new Map<string, MediaStream>())
  const ownScreen = shallowRef<MediaStream | null>(null)
  /** Counts how often the server's word ended what I showed. */
  const screenStopped = ref(0)
  /** Where somebody points on the page that is shown. */
  const pointer = shallowRef<PointerFrame | null>(null)
  const frames = reactive(new Map<string, number>())
  const quality = ref<Quality>('unknown')
  const lag = ref(0)
  /** Who of the staff has which line of the minutes open. */
  const editors = reactive(new Map<string, string>())
  let openLine = ''
  /** What passes in writing at my place: forgotten as soon as I am somewhere else. */
  const said = shallowRef<readonly SaidFrame[]>([])
  let place = ''
  const grades = reactive(new Map<string, Grade>())
  const saying = reactive(new Map<string, Interim>())
  const tidying = setInterval(() => saying.size && forgetStale(saying), 1_000)
  const planes = reactive<Record<Plane, ConnectionState>>({ publish: 'idle', subscribe: 'idle', screen: 'idle' })
  const own = shallowRef<Captured | null>(options.captured ?? null)
  const on = reactive({ microphone: true, camera: true })
  const speaker = ref(chosen('speaker'))

  let folded: RoomState = emptyRoom
  let showing = false
  let over = false

  const signal = new Signal({
    url: options.url ?? address(),
    ticket: options.ticket,
    device: deviceId(),
    visit: visitNumber,
    since: () => folded.seq,
    over: () => folded.phase === 'closed',
    onFrame: hear,
    onState: (next, word) => {
      line.value = next
      ended.value = word
      if (next === 'ended' || next === 'occupied') hangUp()
    },
    connect: options.connect,
  })

  const relays = relaysFor(options.ticket)
  const peer = new Peer({
    offer: (plane, sdp) => signal.offer(plane, sdp),
    relays,
    streams,
    voices,
    reachable: () => signal.alive(),
    // Everybody is silent, or the line is dead.
    onSilence: () => void signal.alive(DOUBTED_WITHIN).then(judge),
    onState: (plane, next) => {
      planes[plane] = next
      // Packets flow again: the network is back, before the line has noticed.
      if (next === 'up') signal.hurry()
    },
    onRefused: (refused) => {
      if (!own.value || refused === (own.value.troubles.camera === 'unfit')) return
      own.value = { ...own.value, troubles: { ...own.value.troubles, camera: refused ? 'unfit' : undefined } }
    },
    onSample: (counted, graded) => {
      quality.value = graded
      for (const [id, count] of counted) frames.set(id, count)
    },
  })

  const screen = new Screen({
    offer: (sdp) => signal.offer('screen', sdp),
    ask: () => signal.wish({ type: 'ShareScreen' }),
    end: () => signal.wish({ type: 'StopScreen', participant: welcome.value?.participant ?? '' }),
    onChange: (stream) => (ownScreen.value = stream),
    onStopped: () => screenStopped.value++,
    relays,
    reachable: () => signal.alive(),
  })

  /** On a dead line no connection is worth waiting for: what brings nothing until it is back is replaced then. */
  function judge(alive: boolean): boolean {
    if (!alive) {
      peer.condemn()
      screen.condemn()
    }
    return alive
  }

  function hangUp(): void {
    peer.close()
    screen.close()
  }

  function hear(frame: Down): void {
    gradeFrame(grades, frame)
    interimFrame(saying, frame)
    switch (frame.kind) {
      case 'quality':
      case 'interim':
        return
      case 'lag':
        lag.value = frame.seconds
        return
      case 'said':
        said.value = withSaid(said.value, frame)
        return
      case 'editing':
        if (frame.line) editors.set(frame.participant, frame.line)
        else editors.delete(frame.participant)
        return
      case 'welcome':
        return arrive(frame)
      case 'slots':
        return peer.bind(frame.slots)
      case 'pointer':
        pointer.value = frame
        return
      case 'speaking':
        speaking.value = frame.participants
        dominant.value = frame.dominant
        return
      case 'media':
        if (!frame.up || over) return
        peer.connect()
        screen.revive(false)
        return
      case 'renew':
        if (over) return
        if (frame.plane === 'screen') screen.revive(false)
        else peer.renew(frame.plane)
        return
    }
    folded = foldFrame(folded, frame)
    if (folded.phase === 'closed' && !over) {
      over = true
      hangUp()
    }
    if (folded.caughtUp && !over) screen.heed(personOf(folded, welcome.value?.participant ?? '')?.sharing ?? false)
    show()
  }

  /** Thousands of entries may come at once: nothing is shown before the fold has caught up, then once per frame. */
  function show(): void {
    if (showing || !folded.caughtUp) return
    showing = true
    setTimeout(() => {
      showing = false
      if (folded.caughtUp) state.value = folded
      forgetSaid()
    }, 16)
  }

  function forgetSaid(): void {
    const now = personOf(folded, welcome.value?.participant ?? '')?.place ?? ''
    if (now !== place) said.value = []
    place = now
  }

  function arrive(frame: WelcomeFrame): void {
    const newWorker = welcome.value !== null && welcome.value.epoch !== frame.epoch
    welcome.value = frame
    serverAhead.value = frame.now - Date.now()
    editors.clear()
    signal.atLine(openLine)
    if (!over) {
      peer.revive(frame.live && !newWorker)
      screen.revive(frame.live && !newWorker)
    }
    // The server may have missed what was switched while the line was down.
    for (const source of ['microphone', 'camera'] as const) if (!on[source]) void tell(source)
  }

  const tell = (source: 'microphone' | 'camera') =>
    signal.wish({ type: 'Toggle', source, on: on[source] }).catch(() => undefined)

  function enable(source: 'microphone' | 'camera', enabled: boolean): void {
    on[source] = enabled
    applySwitches()
    void tell(source)
  }

  function applySwitches(): void {
    for (const track of own.value?.stream.getAudioTracks() ?? []) track.enabled = on.microphone
    for (const track of own.value?.stream.getVideoTracks() ?? []) track.enabled = on.camera
  }

  /** Open camera and microphone, or open them anew after another device was chosen. */
  async function startMedia(): Promise<void> {
    const before = own.value
    stop(before?.stream ?? null)
    own.value = await capture()
    heed(own.value)
    applySwitches()
    await peer.send(own.value.stream)
  }

  /** Send what is lent here, and stop what was sent before at once; null: nothing. Tracks lent are stopped here. */
  async function present(lent: Captured | null): Promise<void> {
    stop(own.value?.stream ?? null)
    own.value = lent
    if (lent) heed(lent)
    applySwitches()
    await peer.send(lent?.stream ?? null)
  }

  /** A device that was pulled out is a trouble like one that was never there. */
  function heed(captured: Captured): void {
    for (const track of captured.stream.getTracks()) {
      const kind = track.kind === 'audio' ? 'microphone' : 'camera'
      track.addEventListener('ended', () => {
        if (own.value?.stream !== captured.stream) return
        own.value = { ...own.value, troubles: { ...own.value.troubles, [kind]: 'missing' } }
      })
    }
  }

  async function chooseDevice(kind: Kind, id: string): Promise<void> {
    choose(kind, id)
    if (kind === 'speaker') speaker.value = id
    else await startMedia()
  }

  async function leave(): Promise<void> {
    await signal.wish({ type: 'Leave' }).catch(() => undefined)
    close()
  }

  function close(): void {
    clearInterval(tidying)
    unwatch()
    signal.close()
    hangUp()
    stop(own.value?.stream ?? null)
  }

  /** The network changed, or this page slept: whatever does not flow any more is found out at once. */
  const unwatch = onAwakening((moved) => {
    void signal.check(moved).then((alive) => {
      if (!judge(alive) || over) return
      peer.mend()
      screen.revive(true)
    })
  })
  onScopeDispose(close)
  if (own.value) {
    heed(own.value)
    void peer.send(own.value.stream)
  }
  signal.start()

  const myId = computed(() => welcome.value?.participant ?? '')
  return {
    state: state as Readonly<ShallowRef<RoomState>>,
    line: readonly(line),
    /** The word of the end: left, closed, refused, taken_over, revoked … */
    ended: readonly(ended),
    welcome,
    myId,
    me: computed(() => personOf(state.value, myId.value)),
    speaking,
    /** Who has the word, calmly. */
    dominant: readonly(dominant),
    streams,
    /** What is to be heard; see `RoomSound`. */
    voices,
    /** What I show of my screen, while I do. */
    ownScreen: ownScreen as Readonly<ShallowRef<MediaStream | null>>,
    screenStopped: readonly(screenStopped),
    share: (camera?: string) => screen.share(camera),
    unshare: () => screen.stop(),
    view: (wanted: View) => signal.view(wanted),
    frames,
    pointer: pointer as Readonly<ShallowRef<PointerFrame | null>>,
    /** Seconds that the text of the minutes is behind what is said; told to staff. */
    lag: readonly(lag),
    point: (at: { showing: number; page: number; x: number; y: number }) => signal.point(at),
    /** What was said in writing where nothing is kept, at my place. */
    said: said as Readonly<ShallowRef<readonly SaidFrame[]>>,
    editors: editors as ReadonlyMap<string, string>,
    /** Say which line of the minutes is open here; empty: none. */
    atLine: (line: string) => {
      openLine = line
      signal.atLine(line)
    },
    ticket: options.ticket,
    /** How good the line of oneself and of those at the same place is, as the server sees it. */
    grades,
    /** What each speaker is saying now, before it is a line; only on screens that may read the line. */
    saying,
    quality: readonly(quality),
    planes: readonly(planes),
    own,
    on: readonly(on),
    /** The chosen loudspeaker; empty: the browser's own choice. */
    speaker: readonly(speaker),
    wish: (command: Command) => signal.wish(command),
    takeOver: () => signal.takeOver(),
    enable,
    startMedia,
    present,
    chooseDevice,
    leave,
    close,
  }
}
