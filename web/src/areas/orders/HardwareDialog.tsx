/** Orders hardware out of a small range, to the registered address or another: how many of each, where to, and a comment. */
import { Field, Input, makeStyles, mergeClasses, Textarea, tokens } from '@fluentui/react-components'
import { CallConnectingRegular, ConferenceRoom24Regular, Headset24Regular, Phone24Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Delivery as Parcel } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { Delivery } from './Delivery'
import { DirectOrderDialog } from './DirectOrderDialog'
import { useFormStyles } from './formStyles'
import { offeringsQuery } from './queries'
import { addressProblems } from './rules'

const longestComment = 1000

const useStyles = makeStyles({
  range: { display: 'flex', flexDirection: 'column', gap: '8px', margin: 0, padding: 0, listStyleType: 'none' },
  product: {
    display: 'grid',
    gridTemplateColumns: '40px minmax(0, 1fr) 84px',
    gap: '12px',
    alignItems: 'center',
    padding: '10px 12px',
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  chosen: { border: `1px solid ${tokens.colorBrandStroke1}`, backgroundColor: tokens.colorBrandBackground2 },
  picture: {
    display: 'grid',
    placeItems: 'center',
    width: '40px',
    height: '40px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    color: tokens.colorBrandForeground1,
  },
  line: { margin: 0 },
})

/** What it looks like, by the word that its code has in it. */
const pictures = [
  { word: 'headset', Picture: Headset24Regular },
  { word: 'conference', Picture: ConferenceRoom24Regular },
  { word: 'desk', Picture: CallConnectingRegular },
] as const

export function HardwareDialog({ onClose }: { onClose: (placed: boolean) => void }) {
  const styles = useStyles()
  const form = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const range = useQuery(offeringsQuery(organisation.id, 'hardware'))
  /** By product, as it is typed: half a number is none yet. */
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [comment, setComment] = useState('')
  const [parcel, setParcel] = useState<Parcel | null>({})
  const onParcel = useCallback((next: Parcel | null) => setParcel(next), [])
  const lines = useMemo(
    () =>
      Object.entries(typed)
        .map(([offering, text]) => ({ offering, quantity: Number(text || '0') }))
        .filter(({ quantity }) => quantity !== 0),
    [typed],
  )
  const possible = lines.length > 0 && lines.every(({ quantity }) => Number.isSafeInteger(quantity))
  const request = useMemo(
    () =>
      possible && parcel
        ? {
            items: [{ action: 'buyHardware' as const, lines }],
            delivery: parcel,
            ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
          }
        : null,
    [possible, lines, parcel, comment],
  )
  return (
    <DirectOrderDialog
      title={<FormattedMessage id="action.buyHardware" />}
      request={request}
      missing={possible ? 'order.choose.address' : 'order.choose.product'}
      send="order.send"
      said={<FormattedMessage id="hardware.ordered" />}
      atFields={({ pointer }) =>
        /^\/(items\/0\/lines\/\d+\/(quantity|offering)|delivery\/(address\/\w+|attention))$/.test(pointer)
      }
      onClose={onClose}
    >
      {(problems) => {
        const about = (offering: string) => {
          const place = lines.findIndex((line) => line.offering === offering)
          return problems.find(({ pointer }) => pointer.startsWith(`/items/0/lines/${place}/`))?.detail
        }
        return (
          <>
            <section className={form.section}>
              <h3 className={parts.small}>
                <FormattedMessage id="hardware.choose" />
              </h3>
              {range.error ? (
                <ErrorState compact error={range.error} onRetry={() => void range.refetch()} />
              ) : range.data?.items.length === 0 ? (
                <p className={form.hint}>
                  <FormattedMessage id="hardware.none" />
                </p>
              ) : (
                <ul className={styles.range}>
                  {range.data?.items.map(({ id, code, name, description, oneTime }) => {
                    const { Picture } = pictures.find(({ word }) => code.includes(word)) ?? { Picture: Phone24Regular }
                    const wrong = about(id)
                    return (
                      <li
                        key={id}
                        className={mergeClasses(
                          styles.product,
                          lines.some((line) => line.offering === id) && styles.chosen,
                        )}
                      >
                        <span className={styles.picture} aria-hidden>
                          <Picture />
                        </span>
                        <div>
                          <p className={mergeClasses(styles.line, parts.small)}>{name}</p>
                          <p className={form.hint}>{description}</p>
                          <p className={mergeClasses(styles.line, parts.figures)}>
                            {format.money(oneTime)}{' '}
                            <span className={parts.caption}>
                              <FormattedMessage id="common.exclVat" />
                            </span>
                          </p>
                        </div>
                        <Field validationState={wrong ? 'error' : 'none'} validationMessage={wrong}>
                          <Input
                            type="number"
                            className={form.narrow}
                            aria-label={intl.formatMessage({ id: 'hardware.quantity' }, { product: name })}
                            value={typed[id] ?? '0'}
                            min={0}
                            max={100}
                            onChange={(_, { value }) => setTyped((before) => ({ ...before, [id]: value }))}
                          />
                        </Field>
                      </li>
                    )
                  })}
                </ul>
              )}
            </section>
            <Delivery name="" onChange={onParcel} problems={addressProblems(problems)} note={null} />
            <Field className={form.field} label={intl.formatMessage({ id: 'orders.comment' })}>
              <Textarea value={comment} maxLength={longestComment} onChange={(_, { value }) => setComment(value)} />
            </Field>
          </>
        )
      }}
    </DirectOrderDialog>
  )
}
