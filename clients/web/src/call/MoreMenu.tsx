// What one needs seldom in a call.
import { useTranslation } from 'react-i18next'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { canFloat } from './floating.ts'
import '../ui/menu.css'

const items = [
  ['devices', 'sliders'],
  ['safety', 'shield'],
  ['figures', 'chart'],
  ['float', 'float'],
  ['keys', 'keyboard'],
] as const

export type More = (typeof items)[number][0]

const there = items.filter(([more]) => more !== 'float' || canFloat)

export function MoreMenu({ onMore }: { onMore: (more: More) => void }) {
  const { t } = useTranslation()
  return (
    <MenuTrigger>
      <Button look="bare" icon="more" aria-label={t('call.more')} />
      <Popover className="popover dark" placement="top" offset={12}>
        <Menu>
          {there.map(([more, icon]) => (
            <MenuItem key={more} className="menu-item" textValue={t(`call.${more}`)} onAction={() => onMore(more)}>
              <Icon name={icon} size={18} />
              {t(`call.${more}`)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
