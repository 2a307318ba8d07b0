import { writeFileSync } from 'node:fs'
import { wrongUse } from '../../failure.ts'
import { safeLine } from '../../safe-text.ts'
import { shellWord } from '../../shell-word.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { DEFAULT_TEMPLATE } from './documents.ts'

interface Options extends CommonOptions {
  type: string
  file?: string
}

/** `weir work-pool get-default-base-job-template`: JSON on stdout, or in a new file. */
export async function execute(_: string[], { type, file, ...options }: Options): Promise<void> {
  const { client, json } = openSession(options)
  const { defaultBaseJobTemplate: template } = await client.ask(DEFAULT_TEMPLATE, { type })
  if (template === null) throw wrongUse('BAD_TYPE', `There are no work pools of type ${JSON.stringify(type)}.`, 'Expected process.')
  const text = JSON.stringify(template, null, 2)
  if (file === undefined) return json ? printJson(template) : print(text)
  try {
    writeFileSync(file, `${text}\n`, { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw wrongUse('FILE_EXISTS', `${file} is there already.`, 'Choose another name, or take it away first.')
    throw wrongUse('FILE_UNWRITABLE', `--file: cannot write ${file}: ${code ?? (error as Error).message}.`)
  }
  if (json) return printJson({ file, template })
  print(`Wrote ${safeLine(file)}. Change it, and give it to a pool: weir work-pool update POOL --base-job-template ${shellWord(file)}`)
}
