/** The minute: what Cron Triggers are to the hosted Worker. A tick that fails or comes late is made good by the next one. */
import { request } from 'node:http'

const MINUTE = 60_000

/** Stopped before the workerd that it calls. */
export interface Ticker {
  /** Fires now, and resolves with whether the Worker's `scheduled()` ended well. */
  tick(): Promise<boolean>
  stop(): void
}

/** Fires `scheduled()` at every full minute (of scaled time) through the schedule Worker's socket. `onFailure` is told of ticks that ended badly. */
export function startTicker(socket: string, timeScale: number, onFailure: (message: string) => void): Ticker {
  const every = MINUTE * timeScale
  let timer: NodeJS.Timeout
  const tick = () => fire(socket, every)
  const arm = () => {
    timer = setTimeout(
      () => {
        arm()
        void tick().then((well) => well || onFailure('the minute sweep failed; the next one makes it good'))
      },
      every - (Date.now() % every),
    )
    timer.unref()
  }
  arm()
  return { tick, stop: () => clearTimeout(timer) }
}

const fire = (socketPath: string, timeout: number): Promise<boolean> =>
  new Promise((resolve) => {
    const call = request({ socketPath, path: '/', timeout: Math.max(timeout, 5000) }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode === 200))
      response.on('error', () => resolve(false))
    })
    call.on('error', () => resolve(false))
    call.on('timeout', () => call.destroy())
    call.end()
  })
