"""What a real page sends, gets and shows, read from its own peer connections and tiles."""

import asyncio
import time
from dataclasses import dataclass

from playwright.async_api import Page

WATCHED = """
const Plain = window.RTCPeerConnection
window.made = []
window.RTCPeerConnection = class extends Plain {
  constructor(...all) {
    super(...all)
    window.made.push(this)
  }
}
window.mediaStats = async () => {
  const found = { voice: 0, concealed: 0, heard: {}, decoded: {}, width: {}, sent: 0 }
  for (const pc of window.made.filter((pc) => pc.connectionState !== 'closed')) {
    for (const one of (await pc.getStats()).values()) {
      if (one.type === 'inbound-rtp' && one.kind === 'audio' && one.packetsReceived) {
        found.heard[one.id] = one.packetsReceived
        found.voice += one.totalSamplesReceived ?? 0
        found.concealed += (one.concealedSamples ?? 0) - (one.silentConcealedSamples ?? 0)
      } else if (one.type === 'inbound-rtp' && one.kind === 'video' && one.packetsReceived) {
        found.decoded[one.id] = one.framesDecoded ?? 0
        found.width[one.id] = one.frameWidth ?? 0
      } else if (one.type === 'outbound-rtp' && one.kind === 'video') {
        found.sent = Math.max(found.sent, one.framesSent ?? 0)
      }
    }
  }
  return found
}
"""
"""For `page.add_init_script`, before the page is opened."""
LOOK_S = 0.2


@dataclass
class Account:
    """What a page got during a span: shares and rates; `video` per remote camera that moved at all."""

    concealed: float
    """Share of audio samples that were made up, silence left aside."""
    fps: list[float]
    widths: list[int]
    """Of the pictures shown last, in pixels."""
    longest_freeze: float
    """Seconds without a new picture, the worst of all cameras."""
    sent: int
    """Frames of its own camera that left, of the best layer."""

    def __str__(self) -> str:
        fps = [round(rate, 1) for rate in self.fps]
        return (
            f"concealed {self.concealed:.3f}, fps {fps} at widths {self.widths}, "
            f"longest freeze {self.longest_freeze:.2f} s, frames sent {self.sent}"
        )


async def account(page: Page, seconds: float) -> Account:
    """Watch a page for so long."""
    first = last = await page.evaluate("mediaStats()")
    began = at = time.monotonic()
    moved = dict.fromkeys(first["decoded"], began)
    frozen = 0.0
    while at - began < seconds:
        await asyncio.sleep(LOOK_S)
        now, at = await page.evaluate("mediaStats()"), time.monotonic()
        for camera, count in now["decoded"].items():
            if count > last["decoded"].get(camera, 0):
                frozen = max(frozen, at - moved.get(camera, at) - LOOK_S)
                moved[camera] = at
        last = now
    came = {camera: count - first["decoded"].get(camera, 0) for camera, count in last["decoded"].items()}
    fps = [count / (at - began) for count in came.values() if count]
    frozen = max([frozen, *(at - when - LOOK_S for camera, when in moved.items() if came.get(camera))])
    voice = last["voice"] - first["voice"]
    concealed = (last["concealed"] - first["concealed"]) / voice if voice else 1.0
    widths = [last["width"][camera] for camera, count in came.items() if count]
    return Account(concealed, fps, widths, frozen, last["sent"] - first["sent"])


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
