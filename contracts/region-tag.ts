import { z } from 'zod'

/** Where data are, in words of those who run it. */
export const regionTag = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and dashes')

/** Said of a place: a claim of whoever configures it, which nothing here can prove. */
export const dataRegion = regionTag
  .optional()
  .describe('where it keeps and works on data, such as eu-central, for models with data.region')
