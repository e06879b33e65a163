// Says a change of state to screen readers, also when nobody looks at where it shows.

let place: HTMLElement | undefined

export function announce(text: string): void {
  if (!place) {
    place = document.createElement('div')
    place.className = 'unseen'
    place.setAttribute('aria-live', 'polite')
    place.dataset['testid'] = 'announcer'
    document.body.append(place)
  }
  const line = document.createElement('p')
  line.textContent = text
  place.append(line)
  setTimeout(() => line.remove(), 7000)
}
