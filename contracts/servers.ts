import { z } from 'zod'

const address = z.string().regex(/^[^\s:/]+:\d+$/, 'expected host:port')

/** Where the servers of one machine answer: what `deploy/local` brings up and tests are given. */
export const serverAddresses = z.strictObject({
  kafka: address,
  postgres: z.url(),
  temporal: address,
  /** Path of the `temporal` program in use, for commands that people copy. */
  temporalCli: z.string(),
  /** Its web pages, where it has any. */
  temporalUi: z.url().optional(),
  sparkRest: z.url(),
  sparkMaster: z.string().regex(/^spark:\/\//, 'expected spark://host:port'),
  sparkMasterWeb: z.url(),
  sparkWorkerWeb: z.url(),
  /** File with the base64url secret that signs requests to the REST port. */
  sparkSecretFile: z.string(),
  mlflow: z.url(),
  /** Null where no identity server was asked for. */
  issuer: z.url().nullable(),
  /** The Matrix server, where one was asked for. */
  synapse: z.url().optional(),
  python: z.string(),
  sparkJars: z.array(z.string()),
})
export type ServerAddresses = z.infer<typeof serverAddresses>
