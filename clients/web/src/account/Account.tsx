// Oneself: name, language, looks, devices, password, and where one is signed in.
import { useTranslation } from 'react-i18next'
import { useMe } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { Devices } from './Devices.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { ProfileForm } from './ProfileForm.tsx'
import { Sessions } from './Sessions.tsx'
import { Tastes } from './Tastes.tsx'

export default function Account() {
  const { t } = useTranslation()
  const { person } = useMe()
  useTitle(t('account.title'))
  return (
    <div className="page">
      <header>
        <h1>{t('account.title')}</h1>
        <p className="quiet">{person.kind === 'guest' ? t('account.guest') : person.login}</p>
      </header>
      <ProfileForm />
      <Tastes />
      <Devices />
      {person.kind === 'account' && <PasswordForm />}
      <Sessions />
    </div>
  )
}
