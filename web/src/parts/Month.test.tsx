import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { LanguageProvider } from '~/app/i18n'
import { english } from '~/texts'
import da from '~/texts/da.json'
import { Month } from './Month'

function show(language: 'en' | 'da', value?: string) {
  const onChoose = vi.fn()
  const { container } = render(
    <FluentProvider theme={teamsLightTheme}>
      <LanguageProvider initial={language} texts={language === 'da' ? da : english}>
        <Month
          value={value}
          today="2026-11-22"
          min="2020-01-01"
          max="2026-11-22"
          isOpen={() => true}
          onChoose={onChoose}
        />
      </LanguageProvider>
    </FluentProvider>,
  )
  return { container, onChoose }
}

/** What the focus is on; found without asking for the role of every day of a month. */
const focused = () => document.activeElement?.getAttribute('aria-label')

test('by keyboard: a week, a month and a year back from today, and no further than the last day', async () => {
  const user = userEvent.setup()
  const { onChoose } = show('en')
  expect(focused()).toBe('22 November 2026')
  await user.keyboard('{ArrowDown}')
  expect(focused()).toBe('22 November 2026')
  await user.keyboard('{ArrowUp}{PageUp}{Shift>}{PageUp}{/Shift}')
  expect(focused()).toBe('15 October 2025')
  await user.keyboard('{Home}{Enter}')
  expect(onChoose).toHaveBeenCalledExactlyOnceWith('2025-10-13')
})

test('in Danish the days have Danish names, and the week begins on Monday', () => {
  const { container } = show('da', '2026-11-03')
  expect(focused()).toBe('3. november 2026')
  const names = [...container.querySelectorAll('th')].map(({ textContent }) => textContent)
  expect(names.slice(0, 2)).toEqual(['man.mandag', 'tirs.tirsdag'])
  expect(names.at(-1)).toBe('søn.søndag')
})
