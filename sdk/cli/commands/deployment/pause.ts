import type { CommonOptions } from '../../session.ts'
import { changeDeployment } from './change-deployment.ts'
import { PAUSE } from './documents.ts'

/** `weir deployment pause FLOW/NAME`. */
export const execute = ([name]: [string], options: CommonOptions): Promise<void> =>
  changeDeployment(name, options, PAUSE, 'is paused: its runs wait. What runs already goes on.')
