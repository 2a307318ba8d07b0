/** Questions to the person at the terminal, on stderr. Only ask where `Session.mayAsk` says so. Ctrl-C at a question ends the command. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Failure } from './failure.ts'

/** A yes-or-no question; plain Enter means yes. */
export const confirm = async (question: string): Promise<boolean> => /^\s*(y(es)?)?\s*$/i.test(await ask(`${question} [Y/n] `))

/** A question for a text; plain Enter takes the suggestion, if there is one. */
export async function askText(question: string, suggested?: string): Promise<string> {
  return (await ask(`${question}${suggested === undefined ? '' : ` [${suggested}]`}: `)).trim() || (suggested ?? '')
}

/** A question whose answer is not shown while it is typed. */
export const askSecret = (question: string): Promise<string> => ask(`${question} (not shown): `, true)

async function ask(question: string, isSecret = false): Promise<string> {
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() })
  // The terminal's own echo is off while readline edits the line, so what it would write is all that could be seen.
  const lines = createInterface({ input: process.stdin, output: isSecret ? nothing : process.stderr, terminal: true })
  // Only now: what is typed before the echo is off would be seen.
  if (isSecret) process.stderr.write(question)
  const stop = new AbortController()
  lines.once('SIGINT', () => stop.abort())
  lines.once('close', () => stop.abort())
  try {
    return await lines.question(isSecret ? '' : question, { signal: stop.signal })
  } catch {
    throw new Failure(1, 'NOT_ANSWERED', '')
  } finally {
    lines.close()
    if (isSecret || stop.signal.aborted) process.stderr.write('\n')
  }
}
