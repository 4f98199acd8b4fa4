/** Who asks, as the identity provider says; never what a request says of itself. */
export interface Person {
  readonly subject: string
  readonly name: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  /** What tells people apart who have more than one account; absent: the subject does. */
  readonly person?: string | undefined
}

/** What has to be kept between the start of a sign-in and its end, out of the browser's reach. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/**
 * Any OpenID Connect provider.
 *
 * All methods are read-only towards us and may be repeated, except `finishSignIn`: a code is good once.
 * They throw NOT_SIGNED_IN when the proof is worth nothing, and IDENTITY_UNREACHABLE (retryable) when the
 * provider cannot be asked; that never counts as "not signed in", and never as "signed in".
 */
export interface IdentityProvider {
  /** The person of a bearer token: signature, issuer, audience, expiry and role claim are checked. */
  verifyBearer(token: string): Promise<Person>
  /**
   * Where to send the browser (code + PKCE), and what to keep until it comes back to `redirectUri`.
   * `anew`: the provider asks who it is even where it remembers somebody.
   */
  startSignIn(
    redirectUri: string,
    options: { readonly anew: boolean },
  ): Promise<{ url: string; pending: PendingSignIn }>
  /** `callback`: the whole address that the browser came back with. */
  finishSignIn(callback: URL, pending: PendingSignIn): Promise<Person>
  /** Resolves when the provider answers within so many milliseconds. */
  probe(withinMs: number): Promise<void>
}
