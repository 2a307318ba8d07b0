/** Parameters and job variables of one run, as JSON. */
export const MAX_PARAMETER_BYTES = 512 * 1024
