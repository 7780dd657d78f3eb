/** Where a number comes from: the own series, a resting one, a new one, or another operator. */
import { MessageBar, MessageBarBody, Radio, RadioGroup } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Wish } from '~/app/ordering'
import { useSession } from '~/app/session'
import { WithHelp } from '~/parts/Help'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'
import type { ChosenNumber } from './form'
import { useFormStyles } from './formStyles'
import { NumberPicker } from './LazyPickers'
import { numbersQuery } from './queries'
import type { NumberChoice } from './wish'

const PortInFields = lazy(() => import('./port/PortInFields').then((module) => ({ default: module.PortInFields })))

type Source = NumberChoice['from']

export function NumberSource({
  kind,
  many,
  preset,
  onChange,
  problem,
}: {
  kind: 'landline' | 'mobile'
  /** What is chosen to begin with. */
  preset: Wish['number']
  /** For several people the numbers are picked by the server: the first free ones, or new ones. */
  many: boolean
  /** Keep this function stable. */
  onChange: (chosen: ChosenNumber) => void
  problem: string | undefined
}) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data: free } = useQuery(numbersQuery(organisation.id, { state: 'free', kind, q: '' }))
  const { data: resting } = useQuery(numbersQuery(organisation.id, { state: 'resting', kind, q: '' }))
  const [chosen, setChosen] = useState<Source | undefined>(preset?.from)
  const [picked, setPicked] = useState(preset?.from === 'series' ? preset.number : undefined)
  const [rested, setRested] = useState(preset?.from === 'resting' ? preset.number : undefined)
  const [ported, setPorted] = useState<ChosenNumber>({ value: null, missing: 'order.choose.port' })

  const noneFree = free !== undefined && free.items.length === 0
  const noneResting = resting !== undefined && resting.items.length === 0
  const sources: Source[] = many
    ? ['series', 'new']
    : kind === 'landline'
      ? ['series', 'new', 'resting', 'portIn']
      : ['new', 'resting', 'series', 'portIn']
  // Mobile numbers rarely come in series: the choice is not shown where there is nothing to choose.
  const offered = sources.filter(
    (source) =>
      source === preset?.from ||
      (!(source === 'series' && kind === 'mobile' && (noneFree || !free)) &&
        !(source === 'resting' && kind === 'landline' && (noneResting || !resting))),
  )
  const from = chosen ?? (kind === 'landline' && !noneFree ? 'series' : 'new')
  // The next free number is offered at once; a picked one stays picked while the suggestions move on.
  const next = picked ?? free?.items[0]?.number

  useEffect(() => {
    const answer = (value: NumberChoice | null, missing: TextId | null = null) => onChange({ value, missing })
    if (from === 'new') answer({ from })
    else if (from === 'series') {
      if (many) answer({ from })
      else if (next) answer({ from, number: next })
      else answer(null, 'order.choose.number')
    } else if (from === 'resting') {
      if (rested) answer({ from, number: rested })
      else answer(null, 'order.choose.resting')
    } else onChange(ported)
  }, [from, many, next, rested, ported, onChange])

  const texts: Record<Source, TextId> = {
    series: many ? 'order.number.seriesMany' : 'order.number.series',
    new: kind === 'landline' ? 'order.number.new' : 'order.number.newMobile',
    resting: 'order.number.resting',
    portIn: 'order.number.portIn',
  }
  return (
    <section className={styles.section}>
      <WithHelp about={intl.formatMessage({ id: 'order.number' })} text="help.dialog.number">
        <h3 className={parts.small}>
          <FormattedMessage id="order.number" />
        </h3>
      </WithHelp>
      <RadioGroup
        aria-label={intl.formatMessage({ id: 'order.number' })}
        value={from}
        onChange={(_, { value }) => setChosen(value as Source)}
      >
        {offered.map((source) => (
          <div key={source}>
            <Radio
              value={source}
              disabled={
                source !== preset?.from && ((source === 'series' && noneFree) || (source === 'resting' && noneResting))
              }
              label={intl.formatMessage({ id: texts[source] })}
            />
            {source === from && source === 'series' && !many ? (
              <div className={styles.under}>
                <NumberPicker kind={kind} state="free" value={next} onChange={setPicked} problem={problem} />
              </div>
            ) : null}
            {source === from && source === 'resting' ? (
              <div className={styles.under}>
                <NumberPicker kind={kind} state="resting" value={rested} onChange={setRested} problem={problem} />
              </div>
            ) : null}
            {source === from && source === 'portIn' ? (
              // The radios in here are about the day; the group around them must not take them for its own.
              <div className={styles.under} onChange={(event) => event.stopPropagation()}>
                <Suspense fallback={null}>
                  <PortInFields onChange={setPorted} problem={problem} />
                </Suspense>
              </div>
            ) : null}
          </div>
        ))}
      </RadioGroup>
      {noneResting && kind === 'mobile' && !many ? (
        <p className={styles.hint}>
          <FormattedMessage id="order.number.noneResting" />
        </p>
      ) : null}
      {noneFree && kind === 'landline' ? (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            <FormattedMessage id="order.number.noneFree" />
          </MessageBarBody>
        </MessageBar>
      ) : null}
      {problem && (from === 'new' || many) ? (
        <p role="alert" className={styles.error}>
          {problem}
        </p>
      ) : null}
    </section>
  )
}
