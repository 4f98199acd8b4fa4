import { z } from 'zod'

/** `UTC`, or a name of the IANA database. */
export const timeZone = z
  .string()
  .refine(isTimeZone, 'expected UTC or a time zone such as Europe/Berlin')

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
