import {
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Radio,
  RadioGroup,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Sim } from '~/api/types'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import type { FormProps } from './form'
import { SimPicker } from './Pickers'
import { ProductCards } from './ProductCards'
import { drawerQuery } from './queries'

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '20px' },
  section: { display: 'flex', flexDirection: 'column', gap: '8px' },
  error: { margin: 0, color: tokens.colorStatusDangerForeground1, fontSize: tokens.fontSizeBase200 },
})

/** Create a mobile subscription: which package, a new number, and which SIM card of the drawer. */
export function MobileForm({ person, onItem, problems }: FormProps) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data: drawer } = useQuery(drawerQuery(organisation.id, ''))
  const [offering, setOffering] = useState<string>()
  const [sim, setSim] = useState<Sim>()
  const empty = drawer !== undefined && drawer.total === 0

  useEffect(() => {
    if (!offering) onItem(null, 'order.choose.package')
    else if (!sim) onItem(null, 'order.choose.sim')
    else
      onItem(
        {
          action: 'createMobile',
          person: person.id,
          offering,
          number: { from: 'new' },
          sim: { from: 'unassigned', sim: sim.id },
        },
        null,
      )
  }, [offering, sim, person.id, onItem])

  return (
    <div className={styles.form}>
      <section className={styles.section}>
        <h3 className={parts.small}>
          <FormattedMessage id="order.package" />
        </h3>
        <ProductCards
          kind="mobilePackage"
          label={intl.formatMessage({ id: 'order.package' })}
          value={offering}
          onChange={setOffering}
          problem={problems.offering}
        />
      </section>
      <section className={styles.section}>
        <h3 className={parts.small}>
          <FormattedMessage id="order.number" />
        </h3>
        <RadioGroup aria-label={intl.formatMessage({ id: 'order.number' })} value="new">
          <Radio value="new" label={intl.formatMessage({ id: 'order.number.newMobile' })} />
        </RadioGroup>
        {problems.number ? (
          <p role="alert" className={styles.error}>
            {problems.number}
          </p>
        ) : null}
      </section>
      <section className={styles.section}>
        <h3 className={parts.small}>
          <FormattedMessage id="order.sim" />
        </h3>
        {empty ? (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>
                <FormattedMessage id="order.sim.empty" />
              </MessageBarTitle>
              <FormattedMessage id="order.sim.empty.body" />
            </MessageBarBody>
          </MessageBar>
        ) : (
          <SimPicker value={sim} onChange={setSim} problem={problems.sim} />
        )}
      </section>
    </div>
  )
}
