/** A reason to wait in words that stay true while the page is open. */
import { formatDuration } from '#lib/clock/format-time.ts'
import type { WaitingKind } from '#lib/graphql/generated/graphql.ts'

interface Reason {
  kind: WaitingKind
  message: string
  until: string | null
  hint: string | null
}

/** The message, with its "in 12 s" counted down to `now` (ms since 1970) where the reason ends by itself. */
export function waitingMessage({ kind, message, until }: Reason, now: number): string {
  // What a person is asked is no sentence of ours.
  if (kind === 'WAITING_FOR_INPUT') return /[.?!]$/.test(message) ? message : `${message}.`
  if (until === null) return `${message}.`
  const rest = Date.parse(until) - now
  const begin = message.replace(/ in (<?\d[\d.]* [a-z]+)( \d+ [a-z]+)?$/, '')
  return rest <= 0 ? `${begin} any moment.` : `${begin} in ${formatDuration(Math.ceil(rest / 1000) * 1000).replace('.0 s', ' s')}.`
}

/** The hint as a sentence, and the command in it for copying, both null when there is none. */
export function waitingHint({ hint }: Reason): { text: string | null; command: string | null } {
  const found = hint === null ? null : /^(?:(.*?):? *)?\b(weir [a-z].*)$/s.exec(hint)
  if (!found) return { text: hint === null ? null : `${hint}.`, command: null }
  return { text: found[1] ? `${found[1]}:` : null, command: `npx ${found[2]}` }
}
