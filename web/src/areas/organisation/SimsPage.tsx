import { makeStyles, mergeClasses, SearchBox } from '@fluentui/react-components'
import { Sim24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { useDebounced, useTitle } from '~/parts/hooks'
import { PagedTable } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { simsQuery } from './queries'

const useStyles = makeStyles({
  head: { display: 'flex', gap: '12px', alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap' },
  search: { width: '260px', maxWidth: '100%' },
})

export function SimsPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const [q, setQ] = useState('')
  const digits = useDebounced(q.replace(/\D/g, ''))
  const list = useInfiniteQuery({ ...simsQuery(organisation.id, digits), placeholderData: keepPreviousData })
  const total = list.data?.pages.at(-1)?.total
  useTitle(intl.formatMessage({ id: 'organisation.sims' }))
  return (
    <>
      <div className={styles.head}>
        <span role="status" className={mergeClasses(parts.caption)}>
          {total === undefined ? (
            <FormattedMessage id="common.loading" />
          ) : (
            <FormattedMessage id="sims.count" values={{ count: total }} />
          )}
        </span>
        <SearchBox
          className={styles.search}
          placeholder={intl.formatMessage({ id: 'sims.search' })}
          aria-label={intl.formatMessage({ id: 'sims.search' })}
          value={q}
          onChange={(_, { value }) => setQ(value)}
        />
      </div>
      <PagedTable
        label={intl.formatMessage({ id: 'organisation.sims' })}
        list={list}
        columns={[
          {
            id: 'iccid',
            title: 'ICCID',
            cell: ({ iccid }) => <span className={parts.figures}>{format.iccid(iccid)}</span>,
          },
          {
            id: 'kind',
            title: <FormattedMessage id="sims.kind" />,
            cell: ({ kind }) => <FormattedMessage id={`sims.kind.${kind}`} />,
          },
        ]}
        empty={
          <EmptyState
            icon={Sim24Regular}
            title={<FormattedMessage id={digits ? 'order.sim.noMatch' : 'order.sim.empty'} />}
          >
            {digits ? null : <FormattedMessage id="order.sim.empty.body" />}
          </EmptyState>
        }
      />
    </>
  )
}
