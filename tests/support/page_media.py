"""What a real page sends, gets and shows, read from its own peer connections and tiles."""

import asyncio
import time
from dataclasses import dataclass

from playwright.async_api import Page

WATCHED = """
const Plain = window.RTCPeerConnection
window.made = []
window.pictures = []
const look = async (track) => {
  const one = { at: [], height: 0 }
  window.pictures.push(one)
  const frames = new MediaStreamTrackProcessor({ track }).readable.getReader()
  for (let next = await frames.read(); !next.done; next = await frames.read()) {
    one.at.push(performance.now())
    one.height = next.value.displayHeight
    next.value.close()
  }
}
window.RTCPeerConnection = class extends Plain {
  constructor(...all) {
    super(...all)
    window.made.push(this)
    this.addEventListener('track', ({ track }) => track.kind === 'video' && look(track))
  }
}
window.mediaStats = async () => {
  const found = { voice: 0, concealed: 0, heard: {}, decoded: {}, sent: 0 }
  for (const pc of window.made.filter((pc) => pc.connectionState !== 'closed')) {
    for (const one of (await pc.getStats()).values()) {
      if (one.type === 'inbound-rtp' && one.kind === 'audio' && one.packetsReceived) {
        found.heard[one.id] = one.packetsReceived
        found.voice += one.totalSamplesReceived ?? 0
        found.concealed += (one.concealedSamples ?? 0) - (one.silentConcealedSamples ?? 0)
      } else if (one.type === 'inbound-rtp' && one.kind === 'video' && one.packetsReceived) {
        found.decoded[one.id] = one.framesDecoded ?? 0
      } else if (one.type === 'outbound-rtp' && one.kind === 'video') {
        found.sent = Math.max(found.sent, one.framesSent ?? 0)
      }
    }
  }
  return found
}
"""
"""For `page.add_init_script`, before the page is opened."""
SHOWN = """
([since, until]) => window.pictures.map(({ at, height }) => {
  const shown = at.filter((one) => one >= since && one < until)
  const edges = [since, ...shown, until]
  const longest = Math.max(...edges.slice(1).map((edge, n) => edge - edges[n]))
  return [shown.length * 1000 / (until - since), height, longest / 1000]
}).filter(([fps]) => fps)
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """How one remote camera looked during a span."""

    fps: float
    height: int
    """At the end, in pixels."""
    freeze: float
    """The longest time without a new picture, seconds."""

    def __str__(self) -> str:
        return f"{self.height} px at {self.fps:.1f} fps, {self.freeze:.2f} s without one at most"


@dataclass(frozen=True, slots=True)
class Account:
    """What a page got during a span; `pictures`: of each remote camera that moved at all."""

    concealed: float
    """Share of audio samples that were made up, silence left aside."""
    pictures: list[Picture]
    sent: int
    """Frames of its own camera that left, of the best layer."""

    def __str__(self) -> str:
        got = "; ".join(map(str, self.pictures))
        return f"concealed {self.concealed:.3f}, {self.sent} frames sent, got {got}"


async def account(page: Page, seconds: float) -> Account:
    """Watch a page for so long."""
    began = await page.evaluate("performance.now()")
    before = await page.evaluate("mediaStats()")
    await asyncio.sleep(seconds)
    after = await page.evaluate("mediaStats()")
    shown = await page.evaluate(SHOWN, [began, await page.evaluate("performance.now()")])
    voice = after["voice"] - before["voice"]
    concealed = (after["concealed"] - before["concealed"]) / voice if voice else 1.0
    return Account(concealed, [Picture(*one) for one in shown], after["sent"] - before["sent"])


async def shows(page: Page, height: int, seconds: float = 20.0) -> float:
    """Wait until a camera is shown that tall; how long it took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not await page.evaluate(
            "(height) => pictures.some((one) => one.height === height"
            " && one.at.at(-1) > performance.now() - 500)",
            height,
        ):
            await asyncio.sleep(0.1)
    return time.monotonic() - began


async def meets_anew(page: Page, others: int, seconds: float = 40.0) -> float:
    """Wait until a page hears and sees so many people anew; how long it took."""
    began = time.monotonic()
    before = await page.evaluate("mediaStats()")
    async with asyncio.timeout(seconds):
        while True:
            now = await page.evaluate("mediaStats()")
            voices, cameras = (
                sum(count > before[kind].get(key, 0) + 1 for key, count in now[kind].items())
                for kind in ("heard", "decoded")
            )
            if min(voices, cameras) >= others:
                return time.monotonic() - began
            await asyncio.sleep(0.05)
