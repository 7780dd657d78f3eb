/**
 * Only an address inside this portal may be returned to: a path that begins with exactly one slash. The server checks
 * it again; here it keeps the page from offering somebody else's address in the first place.
 */
export function safeReturn(value: string | undefined): string {
  if (!value || !/^\/(?![/\\])/.test(value) || /^\/(auth|sign-in|api)(\/|\?|-|$)/.test(value)) return '/'
  return value
}
