import { Button, Tooltip } from '@fluentui/react-components'
import { Checkmark16Regular, Copy16Regular } from '@fluentui/react-icons'
import { useEffect, useState } from 'react'
import { useIntl } from 'react-intl'

/** Puts a value on the clipboard and says so. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const intl = useIntl()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  const text = copied ? intl.formatMessage({ id: 'common.copied' }) : label
  return (
    <Tooltip content={text} relationship="label">
      <Button
        appearance="subtle"
        size="small"
        icon={copied ? <Checkmark16Regular /> : <Copy16Regular />}
        onClick={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))}
      />
    </Tooltip>
  )
}
