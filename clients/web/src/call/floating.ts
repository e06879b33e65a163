// The other one's picture in a small window above all others, where the browser has one.
import { useEffect } from 'react'

export const canFloat = document.pictureInPictureEnabled === true && 'requestPictureInPicture' in HTMLVideoElement.prototype

/** The screen that is shown, else the face; back into the page when it floats already. Whether there was one. */
export async function float(): Promise<boolean> {
  if (document.pictureInPictureElement) return document.exitPictureInPicture().then(() => true, () => false)
  const picture = document.querySelector<HTMLVideoElement>('.stage video[data-floats]:not([hidden])')
  if (!canFloat || !picture) return false
  return picture.requestPictureInPicture().then(() => true, () => false)
}

/** Chromium asks for it by itself when one turns to another page, if its owner allows that. */
export function useFloating(): void {
  useEffect(() => {
    const say = (run: (() => void) | null) => {
      try {
        navigator.mediaSession?.setActionHandler('enterpictureinpicture' as MediaSessionAction, run)
      } catch {
        // It knows no such action.
      }
    }
    say(() => void float())
    return () => {
      say(null)
      if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => {})
    }
  }, [])
}
