import { LIMITS } from '../../core/limits.ts'

/** How many bytes of JSON one run's parameters and job variables may have, each. */
export const MAX_PARAMETER_BYTES = LIMITS.parameters
