// A dialog over the page: one question, or one thing to look at.
import { type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { Button } from './Button.tsx'
import './window.css'

interface Props {
  title: string
  open: boolean
  onClose: () => void
  /** It asks for an answer: nothing but one closes it. */
  alert?: boolean
  dark?: boolean
  children: ReactNode
}

export function Window({ title, open, onClose, alert = false, dark = false, children }: Props) {
  const { t } = useTranslation()
  return (
    <ModalOverlay
      className={dark ? 'scrim dark' : 'scrim'}
      isOpen={open}
      isDismissable={!alert}
      isKeyboardDismissDisabled={alert}
      onOpenChange={(now) => now || onClose()}
    >
      <Modal className="window">
        <Dialog role={alert ? 'alertdialog' : 'dialog'} className="window-body">
          <div className="spread">
            <Heading slot="title" level={2} className="window-title">
              {title}
            </Heading>
            {!alert && <Button look="bare" round small icon="close" aria-label={t('common.close')} onPress={onClose} />}
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
