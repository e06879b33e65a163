// A call that goes on: the other one large, or the screen that they show and they beside it; oneself small, one bar, and the room's chat.
import type { CallSession, CallSessionState } from '@carillon/sdk'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { media } from '../app/carillon.ts'
import { useRoomSession } from '../app/rooms.ts'
import { useObservable } from '../app/useObservable.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Chat } from '../room/Chat.tsx'
import { CallBar } from './CallBar.tsx'
import { CallHead } from './CallHead.tsx'
import { Captions, type Caption } from './Captions.tsx'
import type { More } from './MoreMenu.tsx'
import { MoreWindows } from './MoreWindows.tsx'
import DeviceTrouble from './DeviceTrouble.tsx'
import { MutedHint } from './MutedHint.tsx'
import { RemoteTile } from './RemoteTile.tsx'
import { ScreenTile } from './ScreenTile.tsx'
import { SelfTile } from './SelfTile.tsx'
import { StageWords } from './StageWords.tsx'
import { TalkHint } from './TalkHint.tsx'
import { canFloat, float, useFloating } from './floating.ts'
import { useCallKeys } from './keys.ts'
import { nameOf, stateWords } from './state-words.ts'
import { useShare } from './useShare.ts'
import { useUnread } from './useUnread.ts'
import './stage.css'

interface Props {
  room: string
  roomName: string
  session: CallSession
  state: CallSessionState
  /** The name of whom we call. */
  called: string | undefined
}

/** Nobody writes down yet what is said; their place is kept. */
const captions: readonly Caption[] = []

export default function Stage({ room, roomName, session, state, called }: Props) {
  const { t } = useTranslation()
  const chat = useRoomSession(room)
  const [chatOpen, setChatOpen] = useState(false)
  const [open, setOpen] = useState<More>()
  const unread = useUnread(chat, chatOpen)
  const { share, failed } = useShare()
  const { screen } = useObservable(media.state)
  const { remote, remoteScreen, phase } = state
  useFloating()
  const floats = async () => (await float()) || announce(t('call.floatNothing'))
  const more = (what: More) => (what === 'float' ? void floats() : setOpen(what))
  useCallKeys((deed) => {
    if (deed === 'share' && media.canShareScreen) share(screen === null)
    else if (deed === 'chat') setChatOpen((before) => !before)
    else if (deed === 'float' && canFloat) void floats()
    else if (deed === 'help') setOpen('keys')
  })
  const together = state.other !== undefined && state.other.state !== 'ringing' && state.other.state !== 'left'
  const shown = together || remote !== undefined
  return (
    <section className="stage dark" data-testid="call" data-phase={phase} data-chat={chatOpen || undefined}>
      <div className="stage-main">
        <CallHead room={room} roomName={roomName} state={state} words={stateWords(t, state, called)} onSafety={() => setOpen('safety')} onFigures={() => setOpen('figures')} />
        <div className="stage-tiles" data-screen={remoteScreen !== undefined || undefined}>
          {remoteScreen && <ScreenTile screen={remoteScreen} name={nameOf(t, state.other, called)} />}
          <RemoteTile state={state} called={called} shown={shown} />
          <SelfTile large={!shown} placed={remoteScreen !== undefined} />
          <StageWords state={state} called={called} />
          <div className="stage-low">
            <Captions lines={captions} />
            {shown && <TalkHint />}
          </div>
          <div className="stage-notes">
            {screen && (
              <p className="sharing small">
                {t('call.youShare')}
                <Button look="plain" small onPress={() => share(false)}>
                  {t('call.shareStop')}
                </Button>
              </p>
            )}
            <DeviceTrouble passing />
            {state.safetyFailure === 'doubtful' && <Notice>{t('call.safetyFailure.doubtful')}</Notice>}
            {failed && <Notice>{t('call.shareFailed')}</Notice>}
            <MutedHint />
          </div>
        </div>
        <CallBar session={session} phase={phase} chatOpen={chatOpen} unread={unread} onShare={share} onChat={setChatOpen} onMore={more} />
      </div>
      <MoreWindows session={session} state={state} open={open} onClose={() => setOpen(undefined)} />
      {chatOpen && (
        <aside className="stage-chat" aria-label={t('call.chat')}>
          <h1 className="narrow-title">{roomName}</h1>
          <header className="spread">
            <h2>{t('call.chat')}</h2>
            <Button look="bare" small round icon="close" aria-label={t('common.close')} onPress={() => setChatOpen(false)} />
          </header>
          {chat && <Chat session={chat} />}
        </aside>
      )}
    </section>
  )
}
