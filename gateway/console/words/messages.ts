/** All that the console says to people, in both languages. `{words}` are filled in. */
import { data } from './data.ts'
import { field } from './field.ts'
import { frame } from './frame.ts'
import { light } from './light.ts'
import { system } from './system.ts'

export const messages = { ...frame, ...light, ...field, ...data, ...system } as const

export type MessageKey = keyof typeof messages
