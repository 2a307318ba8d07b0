/** What was asked in the explorer of this browser, newest first. */

/** One question. Headers are not kept. */
export interface Asked {
  text: string
  variables: string
  /** Of its operation; null when it has none. */
  name: string | null
}

const KEPT = 'weir.explorer.history'
const MOST = 30

/** Kept in localStorage. */
export class History {
  entries = $state.raw<readonly Asked[]>([])

  constructor() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEPT) ?? '[]') as unknown
      if (Array.isArray(kept)) this.entries = (kept as Partial<Asked>[]).filter(isAsked).slice(0, MOST)
    } catch {
      // What is kept cannot be read: it begins anew.
    }
  }

  /** The same question again moves to the top. */
  add(asked: Asked): void {
    const others = this.entries.filter(({ text, variables }) => text !== asked.text || variables !== asked.variables)
    this.#write([asked, ...others].slice(0, MOST))
  }

  clear(): void {
    this.#write([])
  }

  #write(entries: readonly Asked[]): void {
    this.entries = entries
    try {
      localStorage.setItem(KEPT, JSON.stringify(entries))
    } catch {
      // No room, or not allowed: it is there until the page is closed.
    }
  }
}

const isAsked = (entry: Partial<Asked> | null): entry is Asked =>
  typeof entry?.text === 'string' && typeof entry.variables === 'string' && (entry.name === null || typeof entry.name === 'string')

/** What stands in the list: the operation's name, or how the question begins. */
export const labelOf = ({ text, name }: Asked): string => name ?? text.replace(/#.*$/gm, '').replace(/\s+/g, ' ').trim().slice(0, 60)
