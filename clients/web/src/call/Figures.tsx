// The connection in figures, for whoever wants them.
import { snapshotOf, uplinkOf, type CallSession, type Flow, type Snapshot, type Uplink, type VideoFlow } from '@carillon/sdk'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface Pair {
  before: Snapshot | undefined
  now: Snapshot
  uplink: Uplink
}

export function Figures({ session }: { session: CallSession }) {
  const { t, i18n } = useTranslation()
  const [pair, setPair] = useState<Pair>()
  useEffect(() => {
    let over = false
    const look = async () => {
      const stats = await session.stats()
      if (over || stats.length === 0) return
      setPair((last) => ({ before: last?.now, now: snapshotOf(stats, Date.now()), uplink: uplinkOf(stats) }))
    }
    void look()
    const timer = setInterval(() => void look(), 1000)
    return () => {
      over = true
      clearInterval(timer)
    }
  }, [session])
  if (!pair) return <p className="quiet">{t('figures.none')}</p>
  const { now, before, uplink } = pair
  const number = (value: number, digits = 0) => new Intl.NumberFormat(i18n.language, { maximumFractionDigits: digits }).format(value)
  const rate = (count: 'bytesSent' | 'bytesReceived', kind: 'audio' | 'video') => {
    const [from, to] = [before?.[kind], now[kind]]
    if (!before || !from || !to) return '…'
    return `${number(Math.max(0, (to[count] - from[count]) * 8) / (now.at - before.at))} kbit/s`
  }
  const loss = (flow: Flow | undefined) =>
    flow ? `${number((100 * flow.packetsLost) / Math.max(1, flow.packetsLost + flow.packetsReceived), 1)} %` : '–'
  const size = (flow: VideoFlow | undefined) => (flow && flow.frameWidth > 0 ? `${flow.frameWidth} × ${flow.frameHeight}, ${number(flow.framesPerSecond)}/s` : '–')
  const rows: [string, string, string][] = [
    [t('figures.codec'), now.audio?.codec?.replace('audio/', '') ?? '–', now.video?.codec?.replace('video/', '') ?? '–'],
    [t('figures.sent'), rate('bytesSent', 'audio'), rate('bytesSent', 'video')],
    [t('figures.received'), rate('bytesReceived', 'audio'), rate('bytesReceived', 'video')],
    [t('figures.loss'), loss(now.audio), loss(now.video)],
    [t('figures.jitter'), now.audio ? `${number(now.audio.jitter * 1000)} ms` : '–', now.video ? `${number(now.video.jitter * 1000)} ms` : '–'],
  ]
  const relayed = now.localCandidate === 'relay' || now.remoteCandidate === 'relay'
  return (
    <>
      <table className="figures-table figures">
        <thead>
          <tr>
            <td />
            <th scope="col">{t('figures.audio')}</th>
            <th scope="col">{t('figures.video')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, audio, video]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{audio}</td>
              <td>{video}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="figures-list figures">
        <dt>{t('figures.size')}</dt>
        <dd>{size(now.video)}</dd>
        <dt>{t('figures.trip')}</dt>
        <dd>{now.rtt === undefined ? '–' : `${number(now.rtt * 1000)} ms`}</dd>
        <dt>{t('figures.lostOut')}</dt>
        <dd>{number(100 * uplink.loss, 1)} %</dd>
        {uplink.room !== undefined && (
          <>
            <dt>{t('figures.room')}</dt>
            <dd>{number(uplink.room / 1000)} kbit/s</dd>
          </>
        )}
        <dt>{t('figures.way')}</dt>
        <dd>
          {relayed ? t('figures.relayed') : t('figures.direct')} ({now.localCandidate ?? '–'}, {now.remoteCandidate ?? '–'})
        </dd>
      </dl>
    </>
  )
}
