/** A command in a pseudo-terminal, as a person has it: with `script`, which every Linux and macOS has. */
import { spawn } from 'node:child_process'

export interface Terminal {
  /** Everything shown so far: both streams, and what the terminal echoes. ESC as `␛`, carriage return as `␍`, line ends plain. */
  screen(): string
  /** Resolves when the screen matches; throws when the command ends without it. */
  shows(pattern: RegExp): Promise<void>
  type(text: string): void
  /** The whole screen, after the command has ended. */
  ended: Promise<string>
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** Runs `words` in a terminal of so many columns; afterwards the screen says `exit CODE` and `echo` or `-echo`, as the command has left the terminal. */
export function inTerminal(words: string[], options: { env: Record<string, string>; cwd: string; columns?: number }): Terminal {
  const { env, cwd, columns = 80 } = options
  // The shell outlives Ctrl-C, to say how the command ended.
  const line = `stty cols ${columns} rows 24; trap : INT; ${words.map(quote).join(' ')}; echo "exit $?"; stty -a | grep -oE -- '-?\\becho\\b'`
  const args = process.platform === 'linux' ? ['-qec', line, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', line]
  const child = spawn('script', args, { cwd, env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', SHELL: '/bin/sh', ...env } })
  let raw = ''
  let over = false
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      raw += text
      tell()
    })
  }
  const screen = () => raw.replaceAll('\r\n', '\n').replaceAll('\u001b', '␛').replaceAll('\r', '␍')
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      over = true
      resolve(screen())
      tell()
    })
  })
  return {
    screen,
    ended,
    type: (text) => child.stdin.write(text),
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.test(screen())
          if (!found && !over) return
          listeners.delete(look)
          if (found) resolve()
          else reject(new Error(`${words.join(' ')} ended without showing ${pattern}:\n${screen()}`))
        }
        listeners.add(look)
        look()
      }),
  }
}
