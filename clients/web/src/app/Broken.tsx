// Where a page broke: a word instead of white.
import { Component, type ReactNode } from 'react'
import i18next from 'i18next'
import { Blank } from '../ui/Blank.tsx'
import { Button } from '../ui/Button.tsx'

export class Broken extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <main className="alone">
        <Blank icon="alert" title={i18next.t('lost.broken')} level={1}>
          <p>{i18next.t('lost.brokenHelp')}</p>
          <Button look="primary" onPress={() => location.reload()}>
            {i18next.t('lost.reload')}
          </Button>
        </Blank>
      </main>
    )
  }
}
