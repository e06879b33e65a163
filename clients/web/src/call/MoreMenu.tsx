// What one needs seldom in a call.
import { useTranslation } from 'react-i18next'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import '../ui/choice.css'

export function MoreMenu({ onDevices, onFigures }: { onDevices: () => void; onFigures: () => void }) {
  const { t } = useTranslation()
  return (
    <MenuTrigger>
      <Button look="bare" icon="more" aria-label={t('call.more')} />
      <Popover className="popover choice-list dark" placement="top" offset={12}>
        <Menu className="menu">
          <MenuItem className="menu-item" onAction={onDevices}>
            <Icon name="sliders" size={18} />
            {t('call.devices')}
          </MenuItem>
          <MenuItem className="menu-item" onAction={onFigures}>
            <Icon name="chart" size={18} />
            {t('call.figures')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
