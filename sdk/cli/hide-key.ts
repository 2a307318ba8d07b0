/** A key as it may be shown: the cell and its id say which key it is; the secret after them stays hidden. */
export const hideKey = (key: string): string => `${/^weir_[^_]+_[^_]+_/.exec(key)?.[0] ?? ''}…`
