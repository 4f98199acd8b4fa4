import { z } from 'zod'

const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/]/

/** An address that nobody on the way can read or change: https, or http on this machine. `why`: it has to be. */
export const safeUrl = (why: string) =>
  z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith('https://') || loopback.test(url), {
      error: `${why}: https, or http on this machine`,
    })
