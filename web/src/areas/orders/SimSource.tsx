/** Where a SIM comes from: the organisation's drawer, the post, or the air. */
import { Radio, RadioGroup } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Sim } from '~/api/types'
import { useSession } from '~/app/session'
import { WithHelp } from '~/parts/Help'
import { useParts } from '~/parts/styles'
import type { ChosenSim } from './form'
import { useFormStyles } from './formStyles'
import { SimPicker } from './LazyPickers'
import { drawerQuery } from './queries'
import type { SimChoice } from './wish'

type Source = SimChoice['from']

export function SimSource({
  many,
  onChange,
  problem,
}: {
  many: boolean
  /** Keep this function stable. */
  onChange: (chosen: ChosenSim) => void
  problem: string | undefined
}) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data: drawer } = useQuery(drawerQuery(organisation.id, ''))
  const [chosen, setChosen] = useState<Source>()
  const [sim, setSim] = useState<Sim>()
  const empty = drawer !== undefined && drawer.total === 0
  const from = chosen ?? (many || empty ? 'eSim' : 'unassigned')

  useEffect(() => {
    if (from !== 'unassigned') onChange({ value: { from }, missing: null })
    else if (sim) onChange({ value: { from, sim: sim.id }, missing: null })
    else onChange({ value: null, missing: 'order.choose.sim' })
  }, [from, sim, onChange])

  const sources: Source[] = many ? ['eSim', 'ship'] : ['unassigned', 'eSim', 'ship']
  return (
    <section className={styles.section}>
      <WithHelp about={intl.formatMessage({ id: 'order.sim' })} text="help.dialog.sim">
        <h3 className={parts.small}>
          <FormattedMessage id="order.sim" />
        </h3>
      </WithHelp>
      <RadioGroup
        aria-label={intl.formatMessage({ id: 'order.sim' })}
        value={from}
        onChange={(_, { value }) => setChosen(value as Source)}
      >
        {sources.map((source) => (
          <div key={source}>
            <Radio
              value={source}
              disabled={source === 'unassigned' && empty}
              label={{
                children: (
                  <>
                    <FormattedMessage id={`order.sim.${source}`} />
                    <br />
                    <span className={parts.caption}>
                      <FormattedMessage
                        id={empty && source === 'unassigned' ? 'order.sim.empty' : `order.sim.${source}.hint`}
                      />
                    </span>
                  </>
                ),
              }}
            />
            {source === 'unassigned' && from === source ? (
              <div className={styles.under}>
                <SimPicker value={sim} onChange={setSim} problem={problem} />
              </div>
            ) : null}
          </div>
        ))}
      </RadioGroup>
      {problem && from !== 'unassigned' ? (
        <p role="alert" className={styles.error}>
          {problem}
        </p>
      ) : null}
    </section>
  )
}
