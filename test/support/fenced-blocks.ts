/** Programs and commands out of pages. */

/** The fenced blocks of this language in a text of Markdown, also those within lists, without their indent. */
export function fencedBlocks(text: string, language: string): string[] {
  const blocks = text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\``, 'gm'))
  return [...blocks].map(([, indent, block]) => (block as string).replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}
