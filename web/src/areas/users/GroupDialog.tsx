/** Shows only the members of a group of the directory, and makes it the organisation's default. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Radio,
  RadioGroup,
  SearchBox,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { groupsQuery, setDefaultGroup } from '~/api/groups'
import { keys } from '~/api/keys'
import { organisationQuery } from '~/api/organisation'
import { useSession } from '~/app/session'
import { useDebounced } from '~/parts/hooks'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  surface: { maxWidth: '680px' },
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
  list: {
    maxHeight: '320px',
    minHeight: '120px',
    overflowY: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    padding: '4px',
  },
  bones: { display: 'flex', flexDirection: 'column', gap: '12px', padding: '8px' },
  search: { maxWidth: 'none' },
})

export function GroupDialog({
  group: current,
  onChoose,
  onClose,
}: {
  group: string | undefined
  onChoose: (group: string | undefined) => void
  onClose: () => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation, can } = useSession()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(current)
  const { data: about } = useQuery(organisationQuery(organisation.id))
  const {
    data: groups,
    error,
    refetch,
  } = useQuery({ ...groupsQuery(organisation.id, useDebounced(text.trim())), placeholderData: keepPreviousData })
  const standard = about?.defaultGroup ?? null

  const change = useMutation({
    mutationFn: (group: string | null) => setDefaultGroup(organisation.id, about?.version ?? 0, group),
    onSuccess: (changed) => {
      client.setQueryData(keys.organisation(organisation.id), changed)
      void client.invalidateQueries({ queryKey: keys.people(organisation.id) })
      void client.invalidateQueries({ queryKey: keys.dashboard(organisation.id) })
      notify({
        intent: 'success',
        title: <FormattedMessage id={changed.defaultGroup ? 'groups.defaultSet' : 'groups.defaultCleared'} />,
      })
      onChoose(undefined)
      onClose()
    },
    onError: (refusal) => {
      notify({ intent: 'error', ...problemText(refusal) })
      void client.invalidateQueries({ queryKey: keys.organisation(organisation.id) })
    },
  })
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>
            <FormattedMessage id="groups.title" />
          </DialogTitle>
          <DialogContent className={styles.content}>
            <p className={parts.paragraph}>
              <FormattedMessage id="groups.body" />
            </p>
            {standard ? (
              <MessageBar layout="multiline">
                <MessageBarBody>
                  <FormattedMessage id="groups.default" values={{ name: <strong>{standard.name}</strong> }} />
                </MessageBarBody>
              </MessageBar>
            ) : null}
            <SearchBox
              className={styles.search}
              value={text}
              placeholder={intl.formatMessage({ id: 'groups.search' })}
              aria-label={intl.formatMessage({ id: 'groups.search' })}
              onChange={(_, { value }) => setText(value)}
            />
            <div className={styles.list}>
              {error ? (
                <ErrorState compact error={error} onRetry={() => void refetch()} />
              ) : !groups ? (
                <Skeleton className={styles.bones} aria-label={intl.formatMessage({ id: 'common.loading' })}>
                  <SkeletonItem size={16} />
                  <SkeletonItem size={16} />
                  <SkeletonItem size={16} />
                </Skeleton>
              ) : groups.items.length === 0 ? (
                <p className={parts.muted}>
                  <FormattedMessage id={text.trim() ? 'groups.noneFound' : 'groups.none'} />
                </p>
              ) : (
                <RadioGroup
                  aria-label={intl.formatMessage({ id: 'groups.title' })}
                  value={chosen ?? ''}
                  onChange={(_, { value }) => setChosen(value)}
                >
                  {groups.items.map(({ id, name }) => (
                    <Radio key={id} value={id} label={name} />
                  ))}
                </RadioGroup>
              )}
            </div>
          </DialogContent>
          <DialogActions fluid>
            <Button onClick={onClose}>
              <FormattedMessage id="common.cancel" />
            </Button>
            {can('editData') && standard ? (
              <Button disabled={change.isPending} onClick={() => change.mutate(null)}>
                <FormattedMessage id="groups.clearDefault" />
              </Button>
            ) : null}
            {can('editData') ? (
              <Button
                disabled={!chosen || chosen === standard?.id || change.isPending}
                onClick={() => {
                  if (chosen) change.mutate(chosen)
                }}
              >
                <FormattedMessage id="groups.makeDefault" />
              </Button>
            ) : null}
            <Button
              appearance="primary"
              disabled={!chosen}
              onClick={() => {
                onChoose(chosen)
                onClose()
              }}
            >
              <FormattedMessage id="groups.show" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
