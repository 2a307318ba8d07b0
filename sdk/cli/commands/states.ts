/** States of flow runs and task runs, as the commands read them. */

/** A state as the commands show it. */
export interface StateData {
  type: string
  name: string
  message: string | null
  timestamp: string
}

/** … with how its attempt ended, as `inspect` shows it. */
export interface StateDetail extends StateData {
  error: { name: string; message: string; stack: string | null } | null
  exit: { code: number | null; signal: string | null; stderr: string | null } | null
}
