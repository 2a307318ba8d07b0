import type { CommonOptions } from '../../session.ts'
import { changeDeployment } from './change-deployment.ts'
import { RESUME } from './documents.ts'

/** `weir deployment resume FLOW/NAME`. */
export const execute = ([name]: [string], options: CommonOptions): Promise<void> => changeDeployment(name, options, RESUME, 'is not paused.')
