/** A password that is set over the socket, where nobody asks for the old one. */
import { z } from 'zod'
import { roles, setupAsked } from './session.ts'

export const recoveryAsked = z.strictObject({
  name: setupAsked.shape.name,
  password: setupAsked.shape.password,
  /** absent: as it is; of a new account `administrator` if there is none yet, else `viewer` */
  role: z.enum(roles).optional(),
})
