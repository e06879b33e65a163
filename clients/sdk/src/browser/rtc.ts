// A browser's WebRTC and devices.
import type { Device, DeviceKind, MediaKind, Peer, RtcPlatform } from '../rtc.ts'

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

/** `relayOnly`: no packet goes directly, for whoever must not show an address. */
export function browserRtc({ relayOnly = false } = {}): RtcPlatform {
  const media: MediaDevices | undefined = navigator.mediaDevices // absent on a page that is not secure
  return {
    peer: ({ iceServers }): Peer =>
      new RTCPeerConnection({
        iceServers: iceServers.map(({ urls, username, credential }) => ({ urls, ...(username && { username }), ...(credential && { credential }) })),
        bundlePolicy: 'max-bundle',
        ...(relayOnly && { iceTransportPolicy: 'relay' as const }),
      }),
    stream: () => new MediaStream(),
    async capture(kind: MediaKind, device?: string) {
      if (!media) throw new TypeError('this page is not secure')
      const wish = { ...(kind === 'audio' ? AUDIO : VIDEO), ...(device !== undefined && { deviceId: { ideal: device } }) }
      const stream = await media.getUserMedia({ [kind]: wish })
      return stream.getTracks()[0]!
    },
    captureScreen: media && 'getDisplayMedia' in media
      ? async () => (await media.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: false })).getVideoTracks()[0]!
      : undefined,
    async devices() {
      const found = (await media?.enumerateDevices()) ?? []
      // Without permission they have no id.
      return found.filter(({ deviceId }) => deviceId !== '').map(({ deviceId, kind, label }): Device => ({ id: deviceId, kind: kind as DeviceKind, label }))
    },
    onDevices(run) {
      media?.addEventListener('devicechange', run)
      return () => media?.removeEventListener('devicechange', run)
    },
  }
}
