// A browser's WebRTC and devices.
import type { Device, DeviceKind, MediaKind, Peer, RtcPlatform, Source } from '../rtc.ts'

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }
const AUDIO = { echoCancellation: true, autoGainControl: true }

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
    async capture(kind: MediaKind, { device, noiseSuppression = true }: Source = {}) {
      if (!media) throw new TypeError('this page is not secure')
      // Never `exact`: a device that is not there any more must not keep anybody from talking by another.
      const wish = { ...(kind === 'audio' ? { ...AUDIO, noiseSuppression } : VIDEO), ...(device !== undefined && { deviceId: { ideal: device } }) }
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
      const stop = onPermission(run)
      return () => {
        media?.removeEventListener('devicechange', run)
        stop()
      }
    },
  }
}

/** Where the browser tells: somebody allowed or took back a device beside the address. */
function onPermission(run: () => void): () => void {
  const watched: PermissionStatus[] = []
  let over = false
  const names = navigator.permissions ? (['microphone', 'camera'] as PermissionName[]) : []
  for (const name of names) {
    navigator.permissions.query({ name }).then(
      (status) => {
        if (over) return
        watched.push(status)
        status.addEventListener('change', run)
      },
      () => {}, // it does not know these names
    )
  }
  return () => {
    over = true
    for (const status of watched) status.removeEventListener('change', run)
  }
}
