// Who was in a call, from when to when.
import type { Participant } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { clock } from '../app/times.ts'

export function Participants({ participants }: { participants: readonly Participant[] }) {
  const { t, i18n } = useTranslation()
  const time = (at: number | null | undefined) => (at == null ? '–' : clock(i18n.language, at))
  return (
    <table className="admin-table figures">
      <thead>
        <tr>
          <th scope="col">{t('adminCalls.name')}</th>
          <th scope="col">{t('adminCalls.came')}</th>
          <th scope="col">{t('adminCalls.left')}</th>
          <th scope="col">{t('adminCalls.why')}</th>
        </tr>
      </thead>
      <tbody>
        {participants.map(({ id, name, joinedAt, leftAt, leftReason, state }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td>{time(joinedAt)}</td>
            <td>{time(leftAt)}</td>
            <td>{leftReason ? t(`adminCalls.leave.${leftReason}`) : state === 'left' ? t('adminCalls.leave.end') : t('adminCalls.inside')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
