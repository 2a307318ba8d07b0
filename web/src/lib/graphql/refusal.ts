/** What a mutation's answer refuses, in words for a form. */
import type { Refusal } from '#lib/ui/FormDialog.svelte'

interface Answer {
  __typename: string
  message?: string
  hint?: string | null
  issues?: readonly { message: string }[]
}

/** Null when it was done. Everything that is wrong is said, each in a sentence. */
export const refusalOf = ({ message, hint, issues }: Answer): Refusal | null =>
  message === undefined ? null : { message: issues?.length ? issues.map((issue) => issue.message).join('. ') : message, hint: hint ?? null }
