import { createInterface } from 'node:readline/promises'

/** A yes-or-no question on stderr; plain Enter means yes. Only ask where `Session.mayAsk` says so. */
export async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${question} [Y/n] `)
    return /^\s*(y(es)?)?\s*$/i.test(answer)
  } finally {
    lines.close()
  }
}
