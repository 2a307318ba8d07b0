/** How types of blocks and blocks are called, and how a block is named from elsewhere: `type/name`. */

/** Slugs of types, and names of blocks within their type: 1 to 100 characters. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,99}$/

/** What `NAME` allows, in words. */
export const BLOCK_NAME_EXPECTED = '1 to 100 of a-z, 0-9, "-" and "_", beginning with a letter or digit'

/** Whether a type or a block may be called so. */
export const isBlockName = (text: string): boolean => NAME.test(text)

/** A block by its type and its name in it. */
export interface BlockName {
  type: string
  name: string
}

/** The parts of `type/name`; null when the text is none. */
export function parseBlockName(text: string): BlockName | null {
  const [type, name, ...rest] = text.split('/')
  if (type === undefined || name === undefined || rest.length > 0 || !isBlockName(type) || !isBlockName(name)) return null
  return { type, name }
}

/** `type/name`. */
export const formatBlockName = ({ type, name }: BlockName): string => `${type}/${name}`
