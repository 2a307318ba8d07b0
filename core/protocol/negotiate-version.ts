/** Which version a worker and a server speak with each other. */
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from './version.ts'
import type { Hello } from './worker-messages.ts'

interface Range {
  newest: number
  oldest: number
}

const OURS: Range = { newest: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION }

/** The highest that both know, or, for people, which side has to be updated. */
export function negotiateVersion({ protocol: theirs, worker }: Pick<Hello, 'protocol' | 'worker'>, ours: Range = OURS): number | { refusal: string } {
  const version = Math.min(ours.newest, theirs.newest)
  if (version >= ours.oldest && version >= theirs.oldest) return version
  const both = `This control plane serves protocol ${words(ours)}, the worker (weirflow ${worker.version}) speaks ${words(theirs)}`
  return theirs.newest < ours.oldest
    ? { refusal: `${both}: update weirflow where the worker runs` }
    : { refusal: `${both}: update the control plane, or start the worker with an older weirflow` }
}

const words = ({ newest, oldest }: Range): string => (newest === oldest ? `${newest}` : `${oldest} to ${newest}`)
