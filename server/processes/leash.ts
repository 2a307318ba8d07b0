/**
 * Starts long-lived children so that they can outlive neither us nor our death.
 *
 * 1. A child is in a session of its own: Ctrl-C reaches only us, and we end the children in the right order.
 * 2. A child is on a leash: a pipe that only we hold open. When we die, however suddenly, the pipe closes and a small shell beside the child sends it
 *    a signal. So `kill -9` of the control plane leaves neither a PostgreSQL nor a workerd behind.
 */
import { type ChildProcess, spawn } from 'node:child_process'

/**
 * The shell replaces itself by the program (`exec`), so the child's pid is the program's; its watcher was handed to init before and waits for the pipe.
 * A line on the pipe lets the watcher go without a signal: the child has ended by itself.
 */
const LEASH = 'signal="$1"; shift; exec 3<&0; ( ( read -r _ <&3 || kill -s "$signal" $$ ) >/dev/null 2>&1 & ); exec "$@" 3<&- </dev/null'

interface Leashed {
  /** Signal sent when we are gone: `INT` for PostgreSQL (fast shutdown), `KILL` for workerd (it would wait for its open sockets), `TERM` for commands. */
  endSignal: 'INT' | 'TERM' | 'KILL'
  /** File descriptor that receives stdout and stderr, or one for each. */
  output: number | { stdout: number; stderr: number }
  /** Run as this user and group; only root can. */
  uid?: number
  gid?: number
  environment: Record<string, string>
  cwd: string
}

/** Starts `command` on a leash. The returned child's pid is the pid of the command itself. */
export function spawnLeashed(command: string, args: string[], options: Leashed): ChildProcess {
  const { stdout, stderr } = typeof options.output === 'number' ? { stdout: options.output, stderr: options.output } : options.output
  const child = spawn('/bin/sh', ['-c', LEASH, 'leash', options.endSignal, command, ...args], {
    detached: true,
    stdio: ['pipe', stdout, stderr],
    env: options.environment,
    cwd: options.cwd,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
  })
  child.stdin?.on('error', () => {})
  child.once('exit', () => child.stdin?.end('\n'))
  return child
}
