// Runs in each page before its own scripts: knows every track that was captured, and pulls devices out and puts them in again.
{
  const media = navigator.mediaDevices
  if (media) {
    const captured = []
    const gone = new Set()
    const enumerate = media.enumerateDevices.bind(media)
    const get = media.getUserMedia.bind(media)
    const inputs = async (kind) => (await enumerate()).filter((device) => device.kind === `${kind}input`)
    const wanted = async (kind, wish) => {
      const all = await inputs(kind)
      const there = all.filter(({ deviceId }) => !gone.has(deviceId))
      if (there.length === 0) throw new DOMException('Requested device not found', 'NotFoundError')
      if (there.length === all.length) return wish
      const asked = wish.deviceId?.ideal ?? wish.deviceId
      const device = there.find(({ deviceId }) => deviceId === asked) ?? there[0]
      return { ...(wish === true ? {} : wish), deviceId: { exact: device.deviceId } }
    }
    media.enumerateDevices = async () => (await enumerate()).filter(({ deviceId }) => !gone.has(deviceId))
    media.getUserMedia = async (wish) => {
      const wishes = gone.size === 0 ? wish : {}
      if (gone.size > 0) for (const kind of ['audio', 'video']) if (wish[kind]) wishes[kind] = await wanted(kind, wish[kind])
      const stream = await get(wishes)
      captured.push(...stream.getTracks())
      return stream
    }
    const live = () => captured.filter(({ readyState }) => readyState === 'live')
    /** The microphone or camera in use, or all of them. */
    const unplug = async (kind, all) => {
      const used = live().filter((track) => track.kind === kind)
      const ids = all ? (await inputs(kind)).map(({ deviceId }) => deviceId) : used.map((track) => track.getSettings().deviceId)
      for (const id of ids) gone.add(id)
      for (const track of used) {
        track.stop()
        track.dispatchEvent(new Event('ended')) // whoever stops a track is not told; whoever pulls a cable tells
      }
      media.dispatchEvent(new Event('devicechange'))
    }
    const plug = () => {
      gone.clear()
      media.dispatchEvent(new Event('devicechange'))
    }
    window.storyDevices = { captured: () => live().map(({ kind }) => kind).sort(), unplug, plug }
  }
}
