/** Files. A link to one is good for a minute, and needs no proof of who follows it. */
import { api, unwrap } from './client'
import type { DownloadWish } from './types'

export const makeDownload = (organisation: string, wish: DownloadWish) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/downloads', {
      params: { path: { organisation } },
      body: wish,
    }),
  )

/** Gets a file: asks for its link and follows it, which leaves the page where it is. */
export async function download(organisation: string, wish: DownloadWish): Promise<void> {
  const { url } = await makeDownload(organisation, wish)
  window.location.assign(url)
}
