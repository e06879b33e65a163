// Runs in a page before its own scripts: its camera sees a picture.
window.storyPortrait = (picture) => {
  const media = navigator.mediaDevices
  if (!media) return
  const camera = async () => {
    const [image, canvas] = [new Image(), document.createElement('canvas')]
    image.src = picture
    await image.decode()
    canvas.width = 1280
    canvas.height = 720
    const paper = canvas.getContext('2d')
    const draw = () => paper.drawImage(image, 0, 0)
    draw()
    setInterval(draw, 100)
    return canvas.captureStream(10).getVideoTracks()[0]
  }
  const get = media.getUserMedia.bind(media)
  media.getUserMedia = async (wish) => {
    const stream = await get(wish)
    for (const track of stream.getVideoTracks()) {
      track.stop()
      stream.removeTrack(track)
      stream.addTrack(await camera())
    }
    return stream
  }
}
