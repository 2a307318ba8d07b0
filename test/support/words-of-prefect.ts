/** What docs/differences-from-prefect.md sets beside Prefect's words. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'differences-from-prefect.md')

/** The code in the Weir column of its tables of words: pieces of programs, `weir …` commands, `WEIR_…` variables. */
export const wordsOfWeir = (): string[] =>
  [...readFileSync(PAGE, 'utf8').matchAll(/<!-- words -->(.*?)<!-- end -->/gs)]
    .flatMap(([, table = '']) =>
      table
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .slice(2),
    )
    .flatMap((row) => [...(row.split('|')[2] as string).matchAll(/`([^`]+)`/g)].map(([, code]) => code as string))
