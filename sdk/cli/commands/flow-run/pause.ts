import { successOf } from '../../read-result.ts'
import { changeOne } from './change-one.ts'
import { PAUSE } from './documents.ts'

/** `weir flow-run pause ID`: nobody takes the run until it is resumed. */
export const execute = changeOne(async (client, id) => successOf((await client.ask(PAUSE, { id })).pauseFlowRun).flowRun)
