import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { secondsLeft, useSecret } from './secret'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('seconds run down to nothing and stay there', () => {
  expect(secondsLeft(0, 0)).toBe(30)
  expect(secondsLeft(0, 29_001)).toBe(1)
  expect(secondsLeft(0, 30_000)).toBe(0)
  expect(secondsLeft(0, 99_000)).toBe(0)
})

test('a secret is gone after thirty seconds, and nothing of it is left', async () => {
  const { result } = renderHook(() => useSecret<string>())
  await act(() => result.current.show(async () => '1234'))
  expect(result.current.secret).toEqual({ is: 'shown', value: '1234', left: 30 })
  act(() => vi.advanceTimersByTime(29_000))
  expect(result.current.secret).toMatchObject({ is: 'shown', left: 1 })
  act(() => vi.advanceTimersByTime(1_500))
  expect(result.current.secret).toEqual({ is: 'gone' })
})

test('a refusal is told, and what comes after it was hidden is not taken in', async () => {
  const { result } = renderHook(() => useSecret<string>())
  const refusal = new Error('no')
  await act(() => result.current.show(async () => Promise.reject(refusal)))
  expect(result.current.secret).toEqual({ is: 'hidden', error: refusal })
  let answer = (_: string) => {}
  act(
    () =>
      void result.current.show(
        () =>
          new Promise<string>((resolve) => {
            answer = resolve
          }),
      ),
  )
  act(() => result.current.hide())
  await act(async () => answer('late'))
  expect(result.current.secret).toEqual({ is: 'gone' })
})
