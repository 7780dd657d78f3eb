import { expect, test } from 'vitest'
import { daysInRuns } from './rules'

test('days that follow each other are said together, in the order of the week', () => {
  expect(daysInRuns(['friday', 'monday', 'tuesday', 'wednesday', 'sunday'])).toEqual([
    ['monday', 'wednesday'],
    ['friday', 'friday'],
    ['sunday', 'sunday'],
  ])
  expect(daysInRuns([])).toEqual([])
})
