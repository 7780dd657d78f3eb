import { Button, makeStyles, Spinner } from '@fluentui/react-components'
import { DocumentArrowUp20Regular, DocumentCheckmark20Regular } from '@fluentui/react-icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { addPortConsent } from '~/api/ports'
import type { Port } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { WithHelp } from '~/parts/Help'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import { useFormStyles } from '../formStyles'
import { consentProblem, consentTypes } from './portSteps'

const useStyles = makeStyles({ line: { display: 'flex', alignItems: 'center', gap: '8px', flexWrap: 'wrap' } })

/** The owner's signed consent: whether it is there, and the way to lay it in. */
export function Consent({ port, may }: { port: Port; may: boolean }) {
  const styles = useStyles()
  const formStyles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const input = useRef<HTMLInputElement>(null)
  const [complaint, setComplaint] = useState<string>()
  const upload = useMutation({
    mutationFn: (file: File) => addPortConsent(organisation.id, port.id, file),
    onSuccess: (changed) => client.setQueryData(keys.port(organisation.id, port.id), changed),
    onError: (error) => {
      const { title, detail } = problemText(error)
      setComplaint(detail ?? title)
    },
  })
  return (
    <section className={formStyles.section} aria-labelledby="port-consent">
      <WithHelp about={intl.formatMessage({ id: 'port.consent' })} text="help.dialog.consent">
        <h3 id="port-consent" className={parts.small}>
          <FormattedMessage id="port.consent" />
        </h3>
      </WithHelp>
      <div className={styles.line}>
        {port.consent ? (
          <>
            <DocumentCheckmark20Regular aria-hidden="true" />
            <FormattedMessage
              id="port.consent.there"
              values={{ when: format.instant(port.consent.addedAt), size: Math.ceil(port.consent.size / 1024) }}
            />
          </>
        ) : (
          <FormattedMessage id="port.consent.missing" />
        )}
      </div>
      {may ? (
        <div>
          <input
            ref={input}
            type="file"
            hidden
            tabIndex={-1}
            aria-label={intl.formatMessage({ id: 'port.consent.choose' })}
            accept={consentTypes.join(',')}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0]
              event.currentTarget.value = ''
              if (!file) return
              const problem = consentProblem(file)
              setComplaint(problem ? intl.formatMessage({ id: problem }) : undefined)
              if (!problem) upload.mutate(file)
            }}
          />
          <Button
            icon={upload.isPending ? <Spinner size="tiny" /> : <DocumentArrowUp20Regular />}
            disabled={upload.isPending}
            onClick={() => input.current?.click()}
          >
            <FormattedMessage id={port.consent ? 'port.consent.replace' : 'port.consent.choose'} />
          </Button>
        </div>
      ) : null}
      {complaint ? (
        <p role="alert" className={formStyles.error}>
          {complaint}
        </p>
      ) : null}
      <p className={formStyles.hint}>
        <FormattedMessage id="port.consent.hint" />
      </p>
    </section>
  )
}
