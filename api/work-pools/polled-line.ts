/**
 * One worker's line over long polls, in memory: what the pool has to say waits here for the worker's next request. A line does not outlive its object; a worker
 * whose line is unknown opens another one and says hello again.
 */
import { IncomingLine, OutgoingLine } from '../../core/message-line.ts'
import { LINE_OVERFLOW, MAX_POLL_ANSWER_TEXT, MAX_UNHEARD_TEXT, type PollAnswer } from '../../core/protocol/poll.ts'
import type { PollEnvelope } from '../../core/protocol/read-poll-request.ts'
import type { LineAttachment } from './line-attachment.ts'

interface PolledLineOptions {
  attachment: LineAttachment
  /** A line without a request for so many milliseconds is over. */
  patience: number
  /** Nobody has asked for long, or what was said is too much to keep: the pool forgets this line. */
  onGone(): void
}

export class PolledLine {
  attachment: LineAttachment
  /** Begin of the latest request. */
  heardAt = 0
  readonly #incoming = new IncomingLine<unknown>()
  readonly #outgoing = new OutgoingLine<string>()
  readonly #options: PolledLineOptions
  #closed: PollAnswer['closed']
  #answerNow: (() => void) | null = null
  #silence: ReturnType<typeof setTimeout> | null = null

  constructor(options: PolledLineOptions) {
    this.#options = options
    this.attachment = options.attachment
  }

  /** A request has come: its new messages, in order. */
  hear({ first, messages, heard }: PollEnvelope, now: number): unknown[] {
    this.heardAt = now
    this.#outgoing.heardUpTo(heard)
    return this.#incoming.take(first, messages)
  }

  /** The body of the answer: as soon as there is something to say, a newer request takes this one's place, or so many milliseconds have passed. */
  async answer(wait: number): Promise<string> {
    this.#answerNow?.()
    if (this.#silence) clearTimeout(this.#silence)
    if (this.#outgoing.waiting === 0 && !this.#closed && wait > 0) {
      const done = Promise.withResolvers<void>()
      this.#answerNow = done.resolve
      const timer = setTimeout(done.resolve, wait)
      await done.promise
      clearTimeout(timer)
      // A newer request waits: what there is to say goes with that one.
      if (this.#answerNow !== done.resolve) return this.#write(0)
      this.#answerNow = null
    }
    if (this.#silence) clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#options.onGone(), this.#options.patience)
    return this.#write(MAX_POLL_ANSWER_TEXT)
  }

  /** `text` is a message as JSON. */
  send(text: string): void {
    if (this.#closed) return
    this.#outgoing.say(text, text.length)
    if (this.#outgoing.waitingText > MAX_UNHEARD_TEXT) {
      this.close(LINE_OVERFLOW, 'the worker does not ask for what is said to it')
      this.#options.onGone()
    }
    this.#answerNow?.()
  }

  /** What was said before is still answered. */
  close(code: number, reason: string): void {
    this.#closed ??= { code, reason }
    this.#answerNow?.()
  }

  #write(maxText: number): string {
    const { first, messages } = maxText > 0 ? this.#outgoing.next(maxText) : { first: 1, messages: [] }
    const isAll = messages.length === this.#outgoing.waiting
    const closed = this.#closed && isAll && maxText > 0 ? `,"closed":${JSON.stringify(this.#closed)}` : ''
    return `{"heard":${this.#incoming.heard},"first":${first},"messages":[${messages.join(',')}]${closed}}`
  }
}
