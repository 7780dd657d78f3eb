/** What a choice would cost, asked anew as it changes and a moment before the answer expires. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSession } from '~/app/session'
import { useDebounced } from '~/parts/hooks'
import { type QuoteRequest, quoteQuery } from './queries'
import { useRenewal } from './renewal'

/** `request` is what is to be ordered once it is complete; keep it the same while nothing changes. */
export function usePricing(request: QuoteRequest | null) {
  const { organisation } = useSession()
  // What is typed (a reason, an address) is not priced letter by letter.
  const settled = useDebounced(request, 250)
  const question = quoteQuery(organisation.id, settled)
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    ...question,
    placeholderData: keepPreviousData,
  })
  const quote = request ? data : undefined
  useRenewal(isPlaceholderData ? undefined : quote, refetch)
  return {
    /** Whether there is anything to price. */
    asked: request !== null,
    quote,
    error,
    /** Whether what is shown is not yet the answer to the present choice. */
    waits: isFetching || isPlaceholderData || settled !== request,
    refetch,
    queryKey: question.queryKey,
  }
}

export type Pricing = ReturnType<typeof usePricing>
