/** Chooses a day: a field that opens a month. */
import {
  Button,
  Field,
  makeStyles,
  mergeClasses,
  Popover,
  PopoverSurface,
  PopoverTrigger,
} from '@fluentui/react-components'
import { CalendarLtr20Regular } from '@fluentui/react-icons'
import { useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { Month } from './Month'
import { useParts } from './styles'

const useStyles = makeStyles({
  button: { justifyContent: 'flex-start', fontWeight: 400, width: '240px', maxWidth: '100%' },
  surface: { padding: '12px' },
  clear: { marginTop: '8px', width: '100%' },
})

export function DayPicker({
  label,
  value,
  onChange,
  today,
  min,
  max,
  isOpen: isOpenDay = () => true,
  hint,
  problem,
  any,
  onClear,
  className,
}: {
  label: string
  value: string | undefined
  onChange: (day: string) => void
  today: string
  /** The first and the last day that can be chosen. */
  min: string
  max: string
  /** Whether a day between them can be chosen. */
  isOpen?: (day: string) => boolean
  hint?: string
  problem?: string
  /** What no day means, where that is a choice like any other. */
  any?: string
  /** Takes the day away again; absent where a day must be chosen. */
  onClear?: () => void
  className?: string
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const shown = value ? format.day(value) : (any ?? intl.formatMessage({ id: 'day.choose' }))
  const close = () => {
    setOpen(false)
    requestAnimationFrame(() => opener.current?.focus())
  }
  return (
    <Field label={label} hint={hint} validationState={problem ? 'error' : 'none'} validationMessage={problem}>
      {(field) => (
        <Popover
          open={open}
          onOpenChange={(_, data) => setOpen(data.open)}
          // No trap for the focus: inside a dialog, which has one of its own, that of the month would hide the dialog around
          // it from screen readers, and the month with it. The month itself takes the focus, to the day that is chosen.
          unstable_disableAutoFocus
          inline
          positioning={{ position: 'below', align: 'start', strategy: 'fixed' }}
        >
          <PopoverTrigger disableButtonEnhancement>
            <Button
              {...field}
              ref={opener}
              className={mergeClasses(styles.button, className)}
              icon={<CalendarLtr20Regular />}
              // The label alone would hide from a screen reader which day is chosen.
              aria-labelledby={undefined}
              aria-label={`${label}: ${shown}`}
            >
              {shown}
            </Button>
          </PopoverTrigger>
          <PopoverSurface
            className={mergeClasses(styles.surface, parts.popover)}
            aria-label={label}
            // Walked past, it closes; Escape is for the month alone, not for the dialog it may stand in.
            onBlur={(event) => {
              if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) setOpen(false)
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              event.preventDefault()
              event.stopPropagation()
              close()
            }}
          >
            <Month
              value={value}
              today={today}
              min={min}
              max={max}
              isOpen={isOpenDay}
              onChoose={(day) => {
                onChange(day)
                close()
              }}
            />
            {onClear && value ? (
              <Button
                size="small"
                className={styles.clear}
                onClick={() => {
                  onClear()
                  close()
                }}
              >
                <FormattedMessage id="day.clear" />
              </Button>
            ) : null}
          </PopoverSurface>
        </Popover>
      )}
    </Field>
  )
}
