/**
 * One direction of a channel whose requests may break, come twice or overtake each other: the sender numbers what it says from 1 and says it again until it
 * was heard, the receiver takes each number once and in order.
 */

/** What was said and not heard yet. `text` is what it weighs. */
interface Said<Message> {
  message: Message
  text: number
}

export class OutgoingLine<Message> {
  #heard = 0
  #unheard: Said<Message>[] = []
  #text = 0

  /** Says it; `text` = its length as JSON. Answers its number. */
  say(message: Message, text: number): number {
    this.#unheard.push({ message, text })
    this.#text += text
    return this.#heard + this.#unheard.length
  }

  /** The other side has everything up to this number. Numbers never said, and older ones, are ignored. */
  heardUpTo(number: number): void {
    const count = Math.min(number - this.#heard, this.#unheard.length)
    if (!(count > 0)) return
    for (const { text } of this.#unheard.splice(0, count)) this.#text -= text
    this.#heard += count
  }

  /** What to say (again): from the first unheard one, as many as fit into so much text, at least one. */
  next(maxText: number): { first: number; messages: Message[] } {
    const messages: Message[] = []
    let text = 0
    for (const said of this.#unheard) {
      if (messages.length > 0 && text + said.text > maxText) break
      messages.push(said.message)
      text += said.text
    }
    return { first: this.#heard + 1, messages }
  }

  /** How many wait to be heard. */
  get waiting(): number {
    return this.#unheard.length
  }

  /** The text of all that waits to be heard. */
  get waitingText(): number {
    return this.#text
  }
}

export class IncomingLine<Message> {
  #heard = 0

  /** The last number that was taken. */
  get heard(): number {
    return this.#heard
  }

  /** Those that are new, in order. What comes after a gap is left: the sender says it again. */
  take(first: number, messages: readonly Message[]): Message[] {
    if (first > this.#heard + 1) return []
    const fresh = messages.slice(this.#heard + 1 - first)
    this.#heard += fresh.length
    return fresh
  }
}
