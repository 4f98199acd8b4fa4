import { z } from 'zod'

const text = z.string().trim().min(1)

/** Accounts of people who have more than one, by name of the person. */
export const peopleSettings = z
  .record(text, z.array(text).min(1))
  .superRefine((people, context) => {
    const owner = new Map<string, string>()
    for (const [person, accounts] of Object.entries(people)) {
      for (const [index, account] of accounts.entries()) {
        const other = owner.get(account)
        if (other !== undefined) {
          context.addIssue({
            code: 'custom',
            path: [person, index],
            message: `"${account}" already belongs to "${other}"`,
          })
        }
        owner.set(account, person)
      }
    }
  })
  .default({})
  .describe(
    'people who have more than one account: a name and all accounts (subjects, or values of gateway.personClaim); they count once',
  )
export type PeopleSettings = z.infer<typeof peopleSettings>
