// The app without a pointer: Tab and arrows lead somewhere, Enter and Space press.
import assert from 'node:assert/strict'

import { picture } from './browsers.ts'
import { named, type Screen } from './screen.ts'
import { until } from './wait.ts'

/** Nothing on a screen is further away. */
const FAR = 60

export class Keys {
  readonly screen: Screen

  constructor(screen: Screen) {
    this.screen = screen
  }

  /** By Tab, in a toolbar by arrows: and one sees where one is. */
  async reach(name: string, role = 'button'): Promise<void> {
    const { page } = this.screen
    await page.bringToFront()
    await this.screen.sees(name, role)
    for (let step = 0; step < FAR; step++) {
      const target = await page.$(named(name, role))
      const place = await target?.evaluate((element) => {
        const { activeElement: at } = document
        if (at === element) return at.matches(':focus-visible, [data-focus-visible]') ? 'there' : 'unseen'
        return at && element.closest('[role="toolbar"]')?.contains(at) ? 'bar' : 'elsewhere'
      })
      assert.notEqual(place, 'unseen', `one sees that "${name}" has the focus`)
      if (place === 'there') return
      await page.keyboard.press(place === 'bar' ? 'ArrowRight' : 'Tab')
    }
    throw new Error(`the ${role} "${name}" is not reached by keyboard`)
  }

  async press(name: string, role: 'button' | 'link' | 'checkbox' = 'button'): Promise<void> {
    await this.reach(name, role)
    await this.screen.page.keyboard.press(role === 'link' ? 'Enter' : 'Space')
  }

  /** Where the focus is when a screen or window opens. */
  async starts(name: string): Promise<void> {
    const { page } = this.screen
    await page.bringToFront()
    await until(`the focus is in "${name}"`, async () => (await page.$(named(name, 'textbox')))?.evaluate((element) => element === document.activeElement))
  }

  async type(text: string): Promise<void> {
    await this.screen.page.keyboard.type(text)
  }

  async enter(): Promise<void> {
    await this.screen.page.keyboard.press('Enter')
  }

  async picture(name: string): Promise<void> {
    await picture(this.screen.page, name)
  }
}
