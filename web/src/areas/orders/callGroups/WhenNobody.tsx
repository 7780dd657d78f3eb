/** Where a call goes that nobody answers. Dear numbers are closed unless they are opened, which is a matter of money. */
import { Checkbox, Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import { useFormStyles } from '../formStyles'
import type { Choices } from './wish'

const dear = ['premium', 'foreign'] as const

export function WhenNobody({
  overflow,
  closes,
  onChange,
  problem,
}: {
  overflow: Choices['overflow']
  /** Whether the group has opening hours: outside them calls go the same way. */
  closes: boolean
  onChange: (overflow: Choices['overflow']) => void
  problem: string | undefined
}) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const { can } = useSession()
  const mayPay = can('orderCommercialItems')
  const label = intl.formatMessage({ id: closes ? 'callGroup.nobody.orClosed' : 'callGroup.nobody' })
  return (
    <section className={styles.section}>
      <h3 className={parts.small}>{label}</h3>
      <RadioGroup
        aria-label={label}
        value={overflow ? 'forward' : 'say'}
        onChange={(_, { value }) => onChange(value === 'forward' ? { number: '', allow: [] } : null)}
      >
        <Radio value="say" label={intl.formatMessage({ id: 'callGroup.nobody.say' })} />
        <Radio value="forward" label={intl.formatMessage({ id: 'callGroup.nobody.forward' })} />
      </RadioGroup>
      {overflow ? (
        <div className={styles.under}>
          <Field
            required
            className={styles.field}
            label={intl.formatMessage({ id: 'callGroup.overflow' })}
            hint={intl.formatMessage({ id: 'port.number.hint' })}
            validationState={problem ? 'error' : 'none'}
            validationMessage={problem}
          >
            <Input
              type="tel"
              value={overflow.number}
              maxLength={24}
              onChange={(_, { value }) => onChange({ ...overflow, number: value })}
            />
          </Field>
          <div>
            {dear.map((kind) => (
              <div key={kind}>
                <Checkbox
                  label={intl.formatMessage({ id: `callGroup.allow.${kind}` })}
                  disabled={!mayPay && !overflow.allow.includes(kind)}
                  checked={overflow.allow.includes(kind)}
                  onChange={(_, { checked }) =>
                    onChange({
                      ...overflow,
                      allow: checked ? [...overflow.allow, kind] : overflow.allow.filter((one) => one !== kind),
                    })
                  }
                />
              </div>
            ))}
            <p className={styles.hint}>
              <FormattedMessage id={mayPay ? 'callGroup.allow.hint' : 'callGroup.allow.notYou'} />
            </p>
          </div>
        </div>
      ) : null}
    </section>
  )
}
