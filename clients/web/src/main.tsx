// Starts the app: words first, then the page.
import { createRoot } from 'react-dom/client'
import { ahead } from './app/ahead.ts'
import { App } from './app/App.tsx'
import { startClient } from './app/carillon.ts'
import { startWords } from './app/i18n.ts'
import { themeNow, wear } from './app/theme.ts'
import { unlockSounds } from './sound/bells.ts'
import './styles/base.css'
import './ui/layout.css'

wear(themeNow())
unlockSounds()
// A page that was open while the server got a new version asks for chunks that are not there any more.
addEventListener('vite:preloadError', () => location.reload())
void startClient()
ahead(location.pathname)
await startWords()
createRoot(document.getElementById('app')!).render(<App />)
