import { useEffect, useRef } from 'react'

/** The box in a table's head that chooses everything, or nothing. */
export function HeadCheck({
  label,
  state,
  className,
  onChange,
}: {
  label: string
  state: 'all' | 'some' | 'none'
  className?: string
  onChange: (selected: boolean) => void
}) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = state === 'some'
  }, [state])
  return (
    <input
      ref={box}
      type="checkbox"
      className={className}
      aria-label={label}
      checked={state === 'all'}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}
