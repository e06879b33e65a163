// A call that goes on: the other one large, oneself small, one bar, and the room's chat beside.
import type { CallSession, CallSessionState } from '@carillon/sdk'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { useRoomSession } from '../app/rooms.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Chat } from '../room/Chat.tsx'
import { CallBar } from './CallBar.tsx'
import { CallHead } from './CallHead.tsx'
import type { More } from './MoreMenu.tsx'
import { MoreWindows } from './MoreWindows.tsx'
import { RemoteTile } from './RemoteTile.tsx'
import { SelfTile } from './SelfTile.tsx'
import { DeviceTrouble } from './DeviceTrouble.tsx'
import { stateWords } from './state-words.ts'
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

export default function Stage({ room, roomName, session, state, called }: Props) {
  const { t } = useTranslation()
  const chat = useRoomSession(room)
  const [chatOpen, setChatOpen] = useState(false)
  const [open, setOpen] = useState<More>()
  const unread = useUnread(chat, chatOpen)
  const words = stateWords(t, state, called)
  const { share, failed } = useShare()
  useEffect(() => announce(words), [words]) // also the first, which a place that is only now there would not say
  const together = state.other !== undefined && state.other.state !== 'ringing' && state.other.state !== 'left'
  return (
    <section className="stage dark" data-testid="call" data-phase={state.phase} data-chat={chatOpen || undefined}>
      <div className="stage-main">
        <CallHead room={room} roomName={roomName} state={state} words={words} onSafety={() => setOpen('safety')} />
        <div className="stage-tiles">
          <RemoteTile state={state} called={called} shown={together || state.remote !== undefined} />
          <SelfTile large={!together && state.remote === undefined} />
          <div className="stage-trouble">
            <DeviceTrouble passing />
            {state.safetyFailure === 'doubtful' && <Notice>{t('call.safetyFailure.doubtful')}</Notice>}
            {failed && <Notice>{t('call.shareFailed')}</Notice>}
          </div>
        </div>
        <CallBar session={session} phase={state.phase} chatOpen={chatOpen} unread={unread} onShare={share} onChat={setChatOpen} onMore={setOpen} />
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
