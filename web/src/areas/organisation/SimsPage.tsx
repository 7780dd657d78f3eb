import { Button, mergeClasses, SearchBox } from '@fluentui/react-components'
import { Add20Regular, Sim24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { useDialogs } from '~/app/ordering'
import { useSession } from '~/app/session'
import { useDebounced, useTitle } from '~/parts/hooks'
import { PagedTable } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { simsQuery } from './queries'
import { useOrganisationStyles } from './styles'

export function SimsPage() {
  const area = useOrganisationStyles()
  const openDialog = useDialogs()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation, can } = useSession()
  const [q, setQ] = useState('')
  const digits = useDebounced(q.replace(/\D/g, ''))
  const list = useInfiniteQuery({ ...simsQuery(organisation.id, digits), placeholderData: keepPreviousData })
  const total = list.data?.pages.at(-1)?.total
  useTitle(intl.formatMessage({ id: 'organisation.sims' }))
  return (
    <>
      <div className={area.tools}>
        <span role="status" className={mergeClasses(parts.caption, area.grow)}>
          {total === undefined ? (
            <FormattedMessage id="common.loading" />
          ) : (
            <FormattedMessage id="sims.count" values={{ count: total }} />
          )}
        </span>
        <SearchBox
          className={area.search}
          placeholder={intl.formatMessage({ id: 'sims.search' })}
          aria-label={intl.formatMessage({ id: 'sims.search' })}
          value={q}
          onChange={(_, { value }) => setQ(value)}
        />
        {can('orderGoods') ? (
          <Button appearance="primary" icon={<Add20Regular />} onClick={() => openDialog({ show: 'sims' })}>
            <FormattedMessage id="sims.order" />
          </Button>
        ) : null}
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
            {digits ? null : <FormattedMessage id={can('orderGoods') ? 'sims.none.body' : 'order.sim.empty.body'} />}
          </EmptyState>
        }
      />
    </>
  )
}
