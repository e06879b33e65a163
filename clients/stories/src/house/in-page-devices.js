// Runs in each page before its own scripts: knows every track that was captured, and pulls devices out and puts them in again.
{
  const media = navigator.mediaDevices
  if (media) {
    const captured = []
    // Firefox hands its tracks no event that a page makes: whoever would hear one is told by hand.
    const ended = new Map()
    const gone = new Set()
    const enumerate = media.enumerateDevices.bind(media)
    const get = media.getUserMedia.bind(media)
    const inputs = async (kind) => (await enumerate()).filter((device) => device.kind === `${kind}input`)
    const there = ({ kind, deviceId }) => !gone.has(`${kind} ${deviceId}`)
    const wanted = async (kind, wish) => {
      const all = await inputs(kind)
      const left = all.filter(there)
      if (left.length === 0) throw new DOMException('Requested device not found', 'NotFoundError')
      if (left.length === all.length) return wish
      const asked = wish.deviceId?.ideal ?? wish.deviceId
      const device = left.find(({ deviceId }) => deviceId === asked) ?? left[0]
      return { ...(wish === true ? {} : wish), deviceId: { exact: device.deviceId } }
    }
    media.enumerateDevices = async () => (await enumerate()).filter(there)
    media.getUserMedia = async (wish) => {
      const wishes = gone.size === 0 ? wish : {}
      if (gone.size > 0) for (const kind of ['audio', 'video']) if (wish[kind]) wishes[kind] = await wanted(kind, wish[kind])
      const stream = await get(wishes)
      stream.getTracks().forEach(keep)
      return stream
    }
    const keep = (track) => {
      const add = track.addEventListener.bind(track)
      const listeners = []
      track.addEventListener = (type, listener, ...rest) => {
        if (type === 'ended') listeners.push(listener)
        add(type, listener, ...rest)
      }
      ended.set(track, listeners)
      captured.push(track)
    }
    const live = () => captured.filter(({ readyState }) => readyState === 'live')
    /** The microphone or camera in use, or all of them. */
    const unplug = async (kind, all) => {
      const used = live().filter((track) => track.kind === kind)
      const ids = all ? (await inputs(kind)).map(({ deviceId }) => deviceId) : used.map((track) => track.getSettings().deviceId)
      for (const id of ids) gone.add(`${kind}input ${id}`)
      for (const track of used) {
        track.stop()
        for (const listener of ended.get(track)) listener.call(track, new Event('ended'))
      }
      media.dispatchEvent(new Event('devicechange'))
    }
    const plug = () => {
      gone.clear()
      media.dispatchEvent(new Event('devicechange'))
    }
    const noise = () => live().filter(({ kind }) => kind === 'audio').map((track) => track.getSettings().noiseSuppression)
    window.storyDevices = { captured: () => live().map(({ kind }) => kind).sort(), noise, unplug, plug }
  }
}
