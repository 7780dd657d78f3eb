import { expect, test } from 'vitest'
import { mirrored } from './people'

test('the same people from the other end, with all that narrows them', () => {
  expect(mirrored({ q: 'anna' })).toEqual({ q: 'anna', sort: '-name' })
  expect(mirrored({ sort: '-cost', has: 'mobile' })).toEqual({ sort: 'cost', has: 'mobile' })
})

test('whoever has no number comes last either way, so there the other end is another list', () => {
  expect(mirrored({ sort: 'telephony' })).toBeNull()
  expect(mirrored({ sort: '-mobile' })).toBeNull()
})
