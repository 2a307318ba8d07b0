/** The last characters of an id, which the command line takes for it: the first ones are a time, and the same for all that were made together. */
export const shortId = (id: string): string => id.slice(-8)
